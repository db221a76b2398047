/** The `node_modules` of a cached folder that holds this package; installs it there if it is not yet. */
export function cachedModules(name: string, spec: string): string

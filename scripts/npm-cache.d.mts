export function cachedModules(name: string, spec: string): string

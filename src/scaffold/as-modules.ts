/** Paths of the template's own TypeScript, as its files name them: `src/server.ts`, `./users.ts`. */
const ownPaths = /((?:src|test|\.)\/[\w./-]*\w)\.ts\b/g

/**
 * A template for a project whose package.json makes CommonJS of `.ts`: its files are `.mts`, which says by itself that it is a module.
 * To change the project's `type` would change what its other files mean.
 */
export function asModules(
  files: ReadonlyMap<string, string>,
  manifest: Readonly<Record<string, unknown>>,
): Map<string, string> {
  if (manifest.type === 'module') return new Map(files)
  const renamed = (text: string) => text.replaceAll(ownPaths, '$1.mts')
  return new Map([...files].map(([path, text]) => [renamed(path.replaceAll('\\', '/')), renamed(text)]))
}

import { dirname } from 'node:path'
import { pathToFileURL } from 'node:url'
import { importsIn } from '../meaning/lexers.ts'

/**
 * The query of a module that performs dynamic imports on behalf of a bundled one, so that specifiers resolve from its
 * location.
 */
export const fromHere = '?fastmcp-from-here'

/**
 * Prepares a module's source for the package bundle: with its real URLs, and with `import()` replaced by a function
 * that resolves from the module's own location, since a script has no dynamic import.
 */
export function withTrueAddresses(code: string, path: string): string {
  const url = pathToFileURL(path).href
  const own: Record<string, string> = { url, filename: path, dirname: dirname(path) }
  let [changed, from] = ['', 0]
  const put = (text: string, start: number, end: number) => {
    changed += code.slice(from, start) + text
    from = end
  }
  for (const one of importsIn(code)) {
    if (one.type === 'dynamic')
      put(`__importFrom(${JSON.stringify(url)})`, one.importStart, one.importStart + 'import'.length)
    if (one.type !== 'import-meta') continue
    const [word = '', name = ''] = /^\.(\w+)\b/.exec(code.slice(one.end, one.end + 20)) ?? []
    // Any other property of import.meta prevents bundling.
    if (own[name] !== undefined) put(JSON.stringify(own[name]), one.start, one.end + word.length)
  }
  return changed + code.slice(from)
}

type Importing = (name: string, options?: ImportCallOptions) => Promise<unknown>

/** The `import()` of a bundled module. */
export const importFrom =
  (parent: string): Importing =>
  async (name, options) => {
    if (!options && /^(?:\.{0,2}\/|[a-z]+:)/.test(name)) return import(new URL(name, parent).href)
    const { default: importHere } = (await import(parent + fromHere)) as { default: Importing }
    return importHere(name, options)
  }

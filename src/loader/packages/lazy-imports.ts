import { dirname } from 'node:path'
import { pathToFileURL } from 'node:url'
import { importsIn } from '../meaning/lexers.ts'

/** What stands at the end of the address of a module that imports for another one, by the names that are right there. */
export const fromHere = '?fastmcp-from-here'

/**
 * The source of a module as it can be in the script of packages: with its true addresses, and with an `import()` that
 * leads to where it has always led, when it is called, since a script has none.
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
    // What else it is asked for keeps its packages out of the script.
    if (own[name] !== undefined) put(JSON.stringify(own[name]), one.start, one.end + word.length)
  }
  return changed + code.slice(from)
}

type Importing = (name: string, options?: ImportCallOptions) => Promise<unknown>

/** The `import()` of the module at an address, whose code is in the script of packages. */
export const importFrom =
  (parent: string): Importing =>
  async (name, options) => {
    if (!options && /^(?:\.{0,2}\/|[a-z]+:)/.test(name)) return import(new URL(name, parent).href)
    const { default: importHere } = (await import(parent + fromHere)) as { default: Importing }
    return importHere(name, options)
  }

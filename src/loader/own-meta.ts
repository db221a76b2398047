import { dirname } from 'node:path'
import { pathToFileURL } from 'node:url'

/** Where compiled code finds the address of the module that is to believe it is the program, if one is. */
export const mainKey = Symbol.for('fastmcp.main')

const isMain = (url: string) => `globalThis[Symbol.for('fastmcp.main')]===${url}`

/** What makes a module that asks for `require.main` the main one, if it is to believe that. */
export const ownMain = (path: string): string =>
  `if(${isMain(JSON.stringify(pathToFileURL(path).href))}){require.main=module;module.parent=null}`

/** What stands before the first line of a bundled file, so that it sees its own `import.meta` and `__dirname`. */
export function ownMeta(path: string): string {
  const [url, filename, dir] = [pathToFileURL(path).href, path, dirname(path)].map((text) =>
    JSON.stringify(text),
  )
  const resolver = `__fastmcp_resolve(${url})`
  return (
    `const __fastmcp_meta={url:${url},filename:${filename},dirname:${dir},main:${isMain(url ?? '')},` +
    `resolve:(spec)=>${resolver}(spec)},__fastmcp_filename=${filename},__fastmcp_dirname=${dir};`
  )
}

/** Takes what was put before a line off it, so that people see their own line and column. */
export function withoutMeta(
  path: string,
  lineText: string,
  column: number,
): { lineText: string; column: number } {
  const prefix = ownMeta(path)
  if (!lineText.startsWith(prefix)) return { lineText, column }
  return { lineText: lineText.slice(prefix.length), column: Math.max(0, column - prefix.length) }
}

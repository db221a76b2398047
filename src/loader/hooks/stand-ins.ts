import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { loadingAsMain } from '../../patches/node/main-module.ts'

/** The code loaded in place of a package's module: the same exports, from the package bundle. */
export const fromBundle = (url: string, names: readonly string[]): string =>
  exporting(`globalThis[Symbol.for('fastmcp.packages')](${JSON.stringify(url)})`, names, 'all.default')

/** The code loaded next to a bundled module, which performs its dynamic imports. */
export const importingHere = 'export default (name, options) => import(name, options)'

/**
 * The code loaded in place of CommonJS that an ES module imports.
 * @param main whether it is the main module.
 */
export function requiring(url: string, names: readonly string[], main: boolean): string {
  const path = JSON.stringify(fileURLToPath(url))
  const required = main ? loadingAsMain(path) : `Module.createRequire(import.meta.url)(${path})`
  return `import Module from 'node:module'\n${exporting(required, [...names, 'default'])}`
}

/** The code loaded in place of JSON. */
export function ofJson(url: string): string {
  const text = readFileSync(fileURLToPath(url), 'utf8').replace(/^\uFEFF/, '')
  const data: unknown = JSON.parse(text)
  const names = typeof data === 'object' && data !== null && !Array.isArray(data) ? Object.keys(data) : []
  return exporting(`JSON.parse(${JSON.stringify(text)})`, [...names, 'default'])
}

/**
 * A module that exports the properties of an object.
 * @param whole its default export, if that is among the names.
 */
function exporting(object: string, names: readonly string[], whole = 'all'): string {
  const named = names.filter((name) => name !== 'default' && !/\p{Cs}/u.test(name))
  const values = named.map((name, index) => `const $${index} = all[${JSON.stringify(name)}]`)
  const list = named.map((name, index) => `$${index} as ${JSON.stringify(name)}`).join(', ')
  const byDefault = names.includes('default') ? [`export default ${whole}`] : []
  return [`const all = ${object}`, ...values, `export { ${list} }`, ...byDefault].join('\n')
}

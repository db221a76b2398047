// Patches: `process.mainModule`, which is behind `require.main`; calls `Module._load`, which is
//   undocumented.
// Why: entry guards of CommonJS must stay shut in a file that exports a server, and open in one that
//   starts itself.
// On: Node 20.19–26.
// Otherwise: a guard opens or throws, told as an error of the file; without `_load` the TypeError is.

import Module from 'node:module'
import { dirname, join } from 'node:path'

/**
 * Gives CommonJS a main module that is not the user's. Without one `require.main` is `undefined`, and a guard such as
 * `require.main.filename === __filename` throws. It is located in the user's folder, because old code finds its files
 * by `dirname(require.main.filename)`.
 */
export function usePlaceholderMain(file: string): void {
  useMain(join(dirname(file), 'fastmcp'))
}

/** Sets the main module that CommonJS sees, of which Node has none when the program is an ES module. */
export function useMain(file: string): void {
  const main = new Module(file)
  main.filename = file
  main.loaded = true
  Object.defineProperty(process, 'mainModule', { configurable: true, writable: true, value: main })
}

/** Loads a CommonJS file as the main module. Returns its exports. */
export const loadAsMain = (file: string): unknown =>
  (Module as unknown as { _load(file: string, parent: null, main: true): unknown })._load(file, null, true)

/** The same as code, in which `Module` is Node's and the path a literal. */
export const loadingAsMain = (path: string): string => `Module._load(${path}, null, true)`

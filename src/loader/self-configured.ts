import { readFileSync } from 'node:fs'

/**
 * Whether a module seems to pass options to a `run()` of its own. Then a port nobody else has named is bound
 * only when the module has loaded, since it may name one.
 */
export function mayConfigureItself(file: string): boolean {
  return /\.\s*(run(Async)?|start|listen)\s*\(\s*[^\s)]|\bserve\s*\(\s*\{/.test(readFileSync(file, 'utf8'))
}

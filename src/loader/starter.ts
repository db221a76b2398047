import { readFileSync } from 'node:fs'
import type { ModuleExports } from './import-module.ts'

const starterNames = ['main', 'runServer', 'startServer', 'start', 'run', 'serve']

/** A function that starts the server, which a module exports and leaves to others to call. */
export function starterOf(exports: ModuleExports, file: string): (() => unknown) | undefined {
  const candidates = starterNames.filter((name) => typeof exports[name] === 'function')
  const [name] = candidates
  if (name === undefined || candidates.length > 1 || callsItself(file, name)) return undefined
  const start = exports[name] as () => unknown
  return () => start()
}

/** Whether the module's own text calls it: then it has been started, or is not meant to be. */
const callsItself = (file: string, name: string) =>
  new RegExp(`(?<!function\\s{1,9})(?<![.\\w$])${name}\\s*\\(`).test(readFileSync(file, 'utf8'))

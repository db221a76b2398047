import { readFileSync } from 'node:fs'
import { isOwnServer, type OwnServer } from '../process/runner-hook.ts'
import { isRecord } from '../protocol/jsonrpc.ts'
import { type ExportedServer, type Factory, isExportedServer } from '../sessions/derived/exported-source.ts'
import { isClient } from '../sessions/derived/sdk-shape.ts'
import { loadError } from '../terminal/errors.ts'
import { nextCommand, shellWord } from '../terminal/shell-command.ts'
import type { ModuleExports } from './exports-of.ts'
import { codeOnly } from './meaning/lexers.ts'

/** An object that serves itself with its own `run()`. */
export interface Runnable {
  run(options: Record<string, unknown>): unknown
}

/** Something that can be served, and the export that it came from. */
export type Choice = { exportName: string } & (
  | { kind: 'own'; server: OwnServer }
  | { kind: 'runnable'; server: Runnable }
  | { kind: 'instance'; server: ExportedServer }
  | { kind: 'factory'; factory: Factory }
)

/** The export names that are searched for a server, in this order. */
export const serverNames = ['mcp', 'server', 'app', 'default']
export const factoryNames = [
  'createServer',
  'createMcpServer',
  'buildServer',
  'getServer',
  'setupServer',
  'makeServer',
  'default',
]

/**
 * Chooses what to serve from a module's exports and from what it started itself; `undefined` if there is nothing.
 * @param caught what the module started, which is preferred to exports with unconventional names.
 * @throws CliError (exit 3) when a named export is missing or not a server, or when the choice is ambiguous.
 */
export function choose(
  exports: ModuleExports,
  exportName: string | undefined,
  shownFile: string,
  caught: readonly Choice[] = [],
): Choice | undefined {
  if (exportName !== undefined) return named(exports, exportName, shownFile)
  const servers = Object.keys(exports)
    .map((name) => serverAt(exports, name))
    .filter((choice) => choice !== undefined)
  const byName = (wanted: string, kinds: readonly string[]) =>
    servers.find((choice) => choice.exportName === wanted && kinds.includes(choice.kind))
  const [started] = caught
  // If the module has started a server itself, its runnables would start the same again.
  for (const kinds of [['own'], started ? ['instance'] : ['runnable', 'instance']]) {
    for (const name of serverNames) {
      const found = byName(name, kinds)
      if (found) return found
    }
  }
  const begun = caught.find(({ kind }) => kind === 'factory')
  if (begun) return begun
  const factory = factoryNames.map((name) => factoryAt(exports, name)).find((one) => one !== undefined)
  // A factory with parameters has been called by the module itself, which has the arguments.
  if (factory && (!started || factory.factory.length === 0)) return factory
  if (started) return started
  const distinct = servers.filter(
    (choice, index) => servers.findIndex((one) => sameServer(one, choice)) === index,
  )
  if (distinct.length < 2) return distinct[0]
  throw loadError(
    `several servers in ${shownFile}; name the one to run:`,
    ...distinct.map((choice) => `  ${nextCommand(`run ${shellWord(`${shownFile}:${choice.exportName}`)}`)}`),
  )
}

function named(exports: ModuleExports, exportName: string, shownFile: string): Choice {
  if (!Object.hasOwn(exports, exportName)) {
    throw loadError(`${shownFile} has no export "${exportName}"`, exportsLine(exports))
  }
  const found = serverAt(exports, exportName) ?? factoryAt(exports, exportName)
  if (found) return found
  throw loadError(
    `${shownFile}: "${exportName}" is ${kindOf(exports[exportName])}, not an MCP server`,
    exportsLine(exports),
  )
}

function serverAt(exports: ModuleExports, exportName: string): Choice | undefined {
  const value = exports[exportName]
  if (isOwnServer(value)) return { kind: 'own', exportName, server: value }
  // A server with its own `run()` may know more than its shape shows.
  if (isRecord(value) && typeof value.run === 'function') {
    return { kind: 'runnable', exportName, server: value as unknown as Runnable }
  }
  const server = isProduct(value) ? value.server : value
  return isExportedServer(server) ? { kind: 'instance', exportName, server } : undefined
}

/** An object that contains a server, which a factory may also return. */
const isProduct = (value: unknown): value is { server: unknown } =>
  isRecord(value) && Object.getPrototypeOf(value) === Object.prototype && 'server' in value

function factoryAt(exports: ModuleExports, exportName: string) {
  const value = exports[exportName]
  return isFactory(value) ? { kind: 'factory' as const, exportName, factory: value } : undefined
}

const isFactory = (value: unknown): value is Factory => typeof value === 'function' && !isClass(value)

const isClass = (value: object) => /^class\b/.test(Function.prototype.toString.call(value))

const sameServer = (a: Choice, b: Choice) => 'server' in a && 'server' in b && a.server === b.server

/** The `exports` line of an error: every export and its kind. */
export function exportsLine(exports: ModuleExports): string {
  const names = Object.keys(exports).filter((name) => name !== '__esModule')
  const list = names.map((name) => `${name} (${kindOf(exports[name])})`)
  return `  exports   ${list.length > 0 ? list.join(', ') : 'nothing'}`
}

export function kindOf(value: unknown): string {
  if (value === null) return 'null'
  if (isRecord(value) && isClient(value)) return 'an MCP client'
  if (Array.isArray(value)) return 'a list'
  if (typeof value === 'function') return isClass(value) ? 'class' : 'function'
  return typeof value
}

export const starterNames = ['main', 'runServer', 'startServer', 'start', 'run', 'serve']

/**
 * An exported function that starts the server, and which the module leaves to others to call.
 * @param callsIt whether the module's own text calls a function.
 */
export function starterOf(
  exports: ModuleExports,
  callsIt: (name: string) => boolean,
): (() => unknown) | undefined {
  // A function with parameters is called by code that has the arguments.
  const candidates = starterNames.filter((name) => {
    const value = exports[name]
    return typeof value === 'function' && value.length === 0
  })
  const [name] = candidates
  if (name === undefined || candidates.length > 1 || callsIt(name)) return undefined
  const start = exports[name] as () => unknown
  return () => start()
}

/** Whether the module's own code calls it: then it was started already, or is not meant to be. */
export function callsItself(file: string, name: string): boolean {
  const code = codeOnly(readFileSync(file, 'utf8'), /x$/.test(file))
  const called = new RegExp(`(?<!function\\s{1,9})(?<![.\\w$])${name}\\s*\\(`, 'g')
  return [...code.matchAll(called)].some(({ index, 0: words }) => {
    const after = code.slice(closingOf(code, index + words.length))
    // Exclude the declaration of a method of that name, or its type.
    return !/^\)(?:\s*\{|:)/.test(after)
  })
}

/** The position of the bracket that closes the one opened before `from`. */
function closingOf(code: string, from: number): number {
  let depth = 1
  for (let at = from; at < code.length; at++) {
    if (code[at] === '(') depth++
    if (code[at] === ')' && --depth === 0) return at
  }
  return code.length
}

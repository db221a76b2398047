import { loadError, messageOf } from '../errors.ts'
import { sourceKey } from '../runner-hook.ts'
import { factorySource } from '../sessions/factory-source.ts'
import { instanceSource } from '../sessions/instance-source.ts'
import type { ServerSource } from '../source.ts'
import { type Choice, choose, exportsLine, type Runnable } from './choose.ts'
import { compile } from './compile.ts'
import type { Entry } from './entry.ts'
import { envHint, importFault } from './import-fault.ts'
import { importModule, type ModuleExports } from './import-module.ts'
import type { PrepareOptions } from './prepare.ts'
import { sdkCopyFor } from './sdk-copy.ts'

/** What a user's module turned out to hold. */
export type Loaded = { exportName: string } & (
  | { kind: 'source'; source: ServerSource; server: object | undefined }
  | { kind: 'runnable'; server: Runnable }
)

/**
 * Imports the entry and makes of its server the one shape that everything else works with.
 * @throws CliError (exit 3) when the module does not load or holds no server.
 */
export async function load(entry: Entry, options: PrepareOptions): Promise<Loaded> {
  let exports: ModuleExports
  try {
    exports = await importModule(entry.file, options)
  } catch (error) {
    // Node does not say where a syntax error is; the compiler does.
    if (error instanceof SyntaxError) await compile(entry.file, options)
    throw importFault(error, entry.file, import.meta.dirname)
  }
  const choice = choose(exports, entry.exportName, entry.shown)
  if (!choice) throw noServer(entry, exports)
  if (choice.kind === 'runnable')
    return { kind: 'runnable', exportName: choice.exportName, server: choice.server }
  const source = await sourceOf(choice, entry)
  const server = 'server' in choice ? choice.server : undefined
  return { kind: 'source', exportName: choice.exportName, source, server }
}

async function sourceOf(choice: Exclude<Choice, { kind: 'runnable' }>, entry: Entry): Promise<ServerSource> {
  if (choice.kind === 'own') return choice.server[sourceKey]()
  if (choice.kind === 'instance') return instanceSource(choice.server, { sdkCopy: sdkCopyFor(entry.file) })
  try {
    return await factorySource(choice.factory, sdkCopyFor(entry.file))
  } catch (error) {
    if (!(error instanceof TypeError) || !error.message.startsWith('the factory returned')) {
      throw importFault(error, entry.file, import.meta.dirname)
    }
    throw loadError(`${entry.shown}: ${choice.exportName}() ${messageOf(error).replace('the factory ', '')}`)
  }
}

function noServer(entry: Entry, exports: ModuleExports) {
  const objects = Object.keys(exports).filter(
    (name) => typeof exports[name] === 'object' && exports[name] !== null,
  )
  const guess = objects.length === 1 ? [`            fastmcp run ${entry.shown}:${objects[0]}`] : []
  return loadError(
    `no MCP server in ${entry.shown}`,
    exportsLine(exports),
    ...envHint(entry.file),
    "  to write  export const mcp = new FastMCP({ name: 'my-server' })",
    ...guess.map((line) => `${line}     if that one is the server`),
  )
}

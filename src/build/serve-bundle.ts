import { parseCommandLine } from '../options/command-line.ts'
import { runOptions } from '../options/run-options.ts'
import {
  checkSettings,
  givenByEnv,
  givenByObject,
  type Levels,
  outputFor,
  resolveSettings,
  type Settings,
} from '../options/settings.ts'
import { setRunnerHook, sourceKey } from '../process/runner-hook.ts'
import { isRecord } from '../protocol/jsonrpc.ts'
import { setOwn } from '../protocol/own.ts'
import type { SdkCopy, ServerSource } from '../protocol/source.ts'
import { announce } from '../serve/announce.ts'
import { serveInProcess } from '../serve/lifecycle.ts'
import { serveOn } from '../serve/serve-on.ts'
import type { Log } from '../serve/serve-options.ts'
import {
  exportedSource,
  type Factory,
  factorySource,
  isExportedServer,
} from '../sessions/derived/exported-source.ts'
import { CliError, exitCodes, loadError, messageOf } from '../terminal/errors.ts'
import { writeError } from '../terminal/output.ts'

/** A server that `fastmcp build` has put into one file together with this. */
export interface Bundle {
  /** Runs the user's module. */
  load: () => Promise<Record<string, unknown>>
  exportName: string
  /** The file, for messages. */
  label: string
  /** The copy of SDK v2 in the bundle, if there is one. */
  sdkCopy: SdkCopy | undefined
  /** The options of `fastmcp.json` when it was built. */
  config: Record<string, unknown>
}

/** Runs a built server: with the flags, the variables and the manners of `fastmcp run`. Ends the process. */
export async function serveBundle(bundle: Bundle): Promise<void> {
  try {
    await serve(bundle)
  } catch (error) {
    if (!(error instanceof CliError)) throw error
    for (const line of [`${bundle.label}: ${error.message}`, ...error.details]) writeError(line)
    process.exit(error.exitCode)
  }
}

async function serve(bundle: Bundle): Promise<void> {
  const { words, given, help, userArgs } = parseCommandLine(process.argv.slice(2), bundleOptions)
  if (help) return writeError(`node ${bundle.label} [options]; the options are those of fastmcp run`)
  if (words.length > 0)
    throw new CliError(exitCodes.usage, `arguments for the server go after --: ${words.join(' ')}`)
  const levels: Levels = { flag: given, env: givenByEnv(process.env) }
  levels['fastmcp.json'] = givenByObject(bundle.config, 'config', 'fastmcp.json')
  let settings = checked(levels)
  for (const [name, value] of Object.entries(settings.env.value)) setOwn(process.env, name, value)
  process.argv.splice(2, Number.POSITIVE_INFINITY, ...userArgs)
  const log: Log = (level, message) => outputFor(settings).log(level, message)
  const loadLimit = settings.loadTimeout.value * 1000
  await serveInProcess({ file: bundle.label, loadLimit, log }, async (owner) => {
    try {
      const inCode = new Map<object, Record<string, unknown>>()
      setRunnerHook({ noteRun: (server, options) => void inCode.set(server, options) })
      const server = (await owner.loading(bundle.load()))[bundle.exportName]
      const options = isRecord(server) ? inCode.get(server) : undefined
      if (options)
        settings = checked({ ...levels, code: givenByObject(options, 'code', 'run() in the code') })
      const source = await sourceOf(server, bundle)
      const running = await serveOn(source, settings, { log, stdio: owner.stdioClient })
      return { running, serves: () => announce({ source, running, settings, output: outputFor(settings) }) }
    } catch (error) {
      throw error instanceof CliError ? error : loadError(messageOf(error), ...stackOf(error))
    }
  })
}

/** Those of `fastmcp run` that still mean something once everything is compiled. */
const {
  cache: _cache,
  envFile: _envFile,
  import: _import,
  require: _require,
  printConfig: _printConfig,
  ...bundleOptions
} = runOptions

function checked(levels: Levels): Settings {
  const settings = resolveSettings(levels)
  checkSettings(settings)
  return settings
}

function sourceOf(
  server: unknown,
  { label, exportName, sdkCopy }: Bundle,
): Promise<ServerSource> | ServerSource {
  if (isRecord(server) && sourceKey in server) return (server as { [sourceKey](): ServerSource })[sourceKey]()
  if (isExportedServer(server)) return exportedSource(server, { sdkCopy })
  if (typeof server === 'function') return factorySource(server as Factory, sdkCopy)
  throw loadError(`${label}: "${exportName}" is not a server when built`)
}

const stackOf = (error: unknown): string[] =>
  error instanceof Error ? (error.stack ?? '').split('\n').slice(1, 6) : []

import { fileURLToPath } from 'node:url'
import { exportsOf, type ModuleExports } from '../loader/exports-of.ts'
import { shownPath } from '../loader/faults/compile-fault.ts'
import { findServer, type Loaded } from '../loader/find-server.ts'
import type { ModuleHints } from '../loader/module-hints.ts'
import { parseCommandLine } from '../options/command-line.ts'
import { helpText } from '../options/help/help-text.ts'
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
import { standForFile } from '../patches/node/built-in-file.ts'
import { readyCapture } from '../patches/packages/capture.ts'
import { checkOnce } from '../patches/packages/checked-once.ts'
import { shareToolLists } from '../patches/packages/tool-lists.ts'
import { type RunnerHook, runnerHook, setRunnerHook, sourceKey } from '../process/runner-hook.ts'
import { setOwn } from '../protocol/own.ts'
import type { SdkCopy } from '../protocol/source.ts'
import { runItself } from '../runner/run-itself.ts'
import { serveSource, withCode } from '../runner/serve-loaded.ts'
import { beginServing, checkWorkers, wantsWorkers, workerOf } from '../runner/worker-role.ts'
import { announce } from '../serve/announce.ts'
import { serveInProcess } from '../serve/lifecycle.ts'
import type { Log } from '../serve/serve-options.ts'
import { CliError, exitCodes, loadError, messageOf } from '../terminal/errors.ts'
import { writeAnswer, writeError } from '../terminal/output.ts'
import { shellWord } from '../terminal/shell-command.ts'

/** A server that `fastmcp build` has put into one file together with this. */
export interface Bundle {
  /** Runs the user's module. */
  load: () => Promise<{ module: ModuleExports } | { commonJs: unknown }>
  /** Where the built file is. */
  address: string
  /** Where the user's module would be, relative to that. */
  place: string
  /** The export that was named. */
  exportName?: string | undefined
  hints: ModuleHints
  /** Functions that the module's own text calls. */
  calls: readonly string[]
  /** The copy of SDK v2 in the bundle, if there is one. */
  sdkCopy: SdkCopy | undefined
  /** The options of `fastmcp.json` when it was built. */
  config: Record<string, unknown>
}

/**
 * Runs a built server: with the flags, the variables and the manners of `fastmcp run`. Ends the process, unless a
 * runner has loaded the file; that gets the server.
 */
export async function serveBundle(bundle: Bundle): Promise<void> {
  const hook = runnerHook()
  if (hook) return handOver(bundle, hook)
  const label = shownPath(fileURLToPath(bundle.address))
  try {
    await serve(bundle, label)
  } catch (error) {
    if (!(error instanceof CliError)) throw error
    for (const line of [`${label}: ${error.message}`, ...error.details]) writeError(line)
    process.exit(error.exitCode)
  }
}

async function serve(bundle: Bundle, label: string): Promise<void> {
  const { words, given, help, userArgs } = parseCommandLine(process.argv.slice(2), bundleOptions)
  if (help) return writeAnswer(helpText({ usage: usage(label), options: bundleOptions, ending }))
  if (words.length > 0)
    throw new CliError(exitCodes.usage, `arguments for the server go after --: ${words.join(' ')}`)
  const worker = await workerOf(process.env, given)
  const levels: Levels = { flag: given, env: givenByEnv(process.env) }
  levels['fastmcp.json'] = givenByObject(bundle.config, 'config', 'fastmcp.json')
  const settings = resolveSettings(levels)
  // Options in the code may yet name the transport that goes with them.
  if (settings.transport.origin !== 'default') checkSettings(settings)
  if (wantsWorkers(settings) && !worker) {
    const { serveWithWorkers } = await import('../runner/workers/serve-workers.ts')
    process.exitCode = await serveWithWorkers(settings)
    return
  }
  for (const [name, value] of Object.entries(settings.env.value)) setOwn(process.env, name, value)
  process.argv.splice(2, Number.POSITIVE_INFINITY, ...userArgs)
  const said = { output: outputFor(settings) }
  const log: Log = (level, message, fields) => said.output.log(level, message, fields)
  const loadLimit = settings.loadTimeout.value * 1000
  const code = await serveInProcess(
    { file: label, loadLimit, log, withParent: worker !== undefined },
    async (owner) => {
      const inCode = new Map<object, Record<string, unknown>>()
      setRunnerHook({ noteRun: (server, options) => void inCode.set(server, options) })
      owner.watchLoad()
      const loading = found(bundle, label, { settings, log })
      const loaded = await owner.loading(worker?.loading(loading) ?? loading)
      const final = withCode({ levels, settings }, loaded, inCode)
      said.output = outputFor(final)
      const { output } = said
      checkWorkers(final, worker)
      if (loaded.kind === 'runnable') {
        const itself = await runItself(loaded.server, final, { file: label, owner, bound: undefined, output })
        if (itself) return itself
        const onPort = `fastmcp run --exec "node ${label}" -t http`
        throw loadError(`its run() opens no port; it speaks on stdio, and on a port by ${onPort}`)
      }
      const { source } = loaded
      const parts = { bound: undefined, log: output.log, stdio: owner.stdioClient, worker }
      const running = await serveSource(source, final, parts)
      const say = () => announce({ source, running, settings: final, output })
      return { running, serves: () => beginServing(worker, running.url, owner, say) }
    },
  )
  process.exitCode = code
}

/** Gives what the module holds to the runner that has loaded the built file; that itself catches what is started. */
async function handOver(bundle: Bundle, hook: RunnerHook): Promise<void> {
  const file = entryFileOf(bundle)
  const back = setRunnerHook({
    ...hook,
    noteRun: hook.noteRun,
    main: bundle.hints.exportsServer ? undefined : file,
  })
  try {
    const hints = { ...bundle.hints, capture: false }
    const label = shownPath(fileURLToPath(bundle.address))
    if (!hints.exportsServer) {
      standFor(file)
      await moduleOf(bundle)
      return
    }
    const loaded = await found({ ...bundle, hints }, label, {})
    if (loaded.kind === 'source') hook.noteRun({ [sourceKey]: () => loaded.source }, loaded.inCode ?? {})
  } finally {
    back()
  }
}

interface Waiting {
  settings?: Settings
  log?: Log
}

/** The server in the user's module, which is searched as a file is. */
async function found(bundle: Bundle, shown: string, { settings, log }: Waiting): Promise<Loaded> {
  const { exportName, hints, calls, sdkCopy } = bundle
  const startLimit = settings ? settings.loadTimeout.value * 1000 - 250 : Number.POSITIVE_INFINITY
  const file = entryFileOf(bundle)
  shareToolLists()
  checkOnce()
  if (hints.capture) readyCapture()
  const first = await findServer({
    ...{ file, shown, exportName, hints, startLimit },
    deadline: performance.now() + startLimit,
    importing: (main) => {
      if (main) standFor(file)
      return moduleOf(bundle)
    },
    callsItself: (name) => calls.includes(name),
    sdkCopy: () => sdkCopy,
    fault: (error) => (error instanceof CliError ? error : loadError(messageOf(error), ...stackOf(error))),
    noServer: () => loadError('no MCP server was started'),
    otherTool: () => [],
    onWaiting: (words) => log?.('warning', words),
  })
  const loaded = 'fault' in first ? ((await first.instead?.()) ?? first) : first
  if ('fault' in loaded) throw loaded.fault
  return loaded
}

/** An entry guard asks whether the module is the program. */
function standFor(file: string): void {
  process.argv[1] = file
  standForFile(file)
}

async function moduleOf({ load }: Bundle): Promise<ModuleExports> {
  const loaded = await load()
  return 'module' in loaded ? { ...loaded.module } : exportsOf(loaded.commonJs)
}

const entryFileOf = ({ address, place }: Bundle) => fileURLToPath(new URL(place, address))

/** Those of `fastmcp run` that still mean something once everything is compiled. */
const {
  cache: _cache,
  envFile: _envFile,
  import: _import,
  require: _require,
  printConfig: _printConfig,
  ...bundleOptions
} = runOptions

const usage = (label: string) => `Usage: node ${shellWord(label)} [options] [-- arguments for the server]

Serves the MCP server in this file.

  node ${shellWord(label)} -t stdio            as desktop clients start it
  node ${shellWord(label)} -t http -p 9000     on http://127.0.0.1:9000/mcp
  node ${shellWord(label)} -- --verbose        arguments for the server itself`

const ending = `Each option has an environment variable: FASTMCP_PORT for --port, FASTMCP_LOG_LEVEL for --log-level.
PORT is read too, and so is HOST if it is an address.
Precedence: flag > environment > fastmcp.json at the time of the build > options in the code > default.

Exit codes: 0 stopped cleanly, 1 runtime failure, 2 wrong usage, 3 server cannot be loaded, 4 cannot listen,
128 + n killed by signal n.`

const stackOf = (error: unknown): string[] =>
  error instanceof Error ? (error.stack ?? '').split('\n').slice(1, 6) : []

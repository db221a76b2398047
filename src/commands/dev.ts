import { devSource } from '../dev/dev-source.ts'
import { globsOf } from '../dev/globs.ts'
import { Supervisor } from '../dev/supervisor.ts'
import { Terminal } from '../dev/terminal.ts'
import { Watcher } from '../dev/watcher.ts'
import { codeOf, exitCodes, messageOf, usageError } from '../errors.ts'
import type { Stamp } from '../loader/compiled.ts'
import { type CommandLine, type GivenFor, parseCommandLine } from '../options/command-line.ts'
import { devOptions, devTable } from '../options/dev-options.ts'
import { shown } from '../options/option.ts'
import { outputFor } from '../options/output-for.ts'
import type { Settings } from '../options/resolve.ts'
import { type RunOptionName, runOptions } from '../options/run-options.ts'
import { valuesOf } from '../options/values.ts'
import { type HttpFront, openHttp } from '../serve/http-front.ts'
import { httpOptions } from '../serve/http-options.ts'
import { ProcessOwner } from '../serve/process-owner.ts'
import type { Log, Running } from '../serve/serve-options.ts'
import { serveStdio } from '../serve/stdio-front.ts'
import { buildOf } from './dev-build.ts'
import { type Plan, planOf } from './plan.ts'

/** `fastmcp dev`: serve a file while it is being edited, with every client connected throughout. */
export async function run(argv: readonly string[]): Promise<number> {
  const line = parseCommandLine(argv, devTable)
  if (line.help) return print((await import('./dev-help.ts')).devHelp())
  return serveDev(line)
}

async function serveDev(line: CommandLine<keyof typeof devTable>): Promise<number> {
  const cwd = process.cwd()
  const env = { ...process.env }
  const plan = () => planOf(planArgs(line), cwd, env, { transport: usualTransport })
  const first = plan()
  const output = outputFor(first.settings)
  const terminal = new Terminal(output, first.entry.shown)
  const supervisor = new Supervisor({
    script: new URL('./generation.js', import.meta.url),
    loadLimit: first.settings.loadTimeout.value * 1000,
    reporter: terminal,
    build: async () => {
      const read = new Map<string, Stamp>()
      try {
        const { build, watched } = await buildOf(plan(), { cwd, env, read })
        watcher.watch(watched)
        return build
      } catch (error) {
        watcher.add(read.keys())
        throw error
      }
    },
  })
  const { watch, ignore } = valuesOf(devOptions, line.given, env)
  const watcher = new Watcher({
    changed: (force) => supervisor.changed(force),
    failed: (error) => output.log('warning', `watching failed: ${messageOf(error)}`),
    also: globsOf(watch, cwd),
    never: globsOf(ignore, cwd),
  })
  watcher.watch({ sources: new Set([first.entry.file]), others: configFiles(first) })
  const owner = new ProcessOwner({ file: 'fastmcp dev', loadLimit: 0, log: output.log })
  try {
    const source = devSource(supervisor, () => undefined)
    const running = await serve(source, first.settings, owner, output.log)
    terminal.serving(running.url)
    owner.serving({
      url: running.url,
      close: async (limit) => {
        await watcher.close()
        return running.close(limit)
      },
    })
    supervisor.changed(true)
  } catch (error) {
    await watcher.close()
    owner.release()
    throw error
  }
  return owner.exit(await owner.finished)
}

async function serve(
  source: ReturnType<typeof devSource>,
  settings: Settings,
  owner: ProcessOwner,
  log: Log,
): Promise<Running> {
  if (settings.transport.value === 'stdio') {
    return serveStdio(source, { ...owner.stdio, onGone: () => owner.stop({ code: 0 }), log })
  }
  const front = await openDrifting(settings, log)
  return front.serve(source, front.options)
}

/** Ports tried after the default one. */
const driftLimit = 20

/** A port that nobody asked for may be another; one that somebody did ask for must be that one. */
async function openDrifting(settings: Settings, log: Log): Promise<HttpFront> {
  const options = httpOptions(settings)
  const last = settings.port.origin === 'default' ? options.port + driftLimit : options.port
  for (let port = options.port; ; port++) {
    try {
      return await openHttp({ ...options, port }, log)
    } catch (error) {
      const busy = error instanceof Error && codeOf(error.cause) === 'EADDRINUSE'
      if (!busy || port === last) throw error
    }
  }
}

const usualTransport = { value: 'streamable-http', from: 'fastmcp dev' }

function planArgs({ words, given, userArgs }: CommandLine<keyof typeof devTable>) {
  // The form that people know from elsewhere.
  const [spec = '', ...extra] = words[0] === 'inspector' ? words.slice(1) : words
  if (extra.length > 0) {
    throw usageError(
      `one server at a time; arguments for it go after --, as in: -- ${extra.map(shown).join(' ')}`,
    )
  }
  const forRun = Object.entries(given).filter(([name]) => name in runOptions)
  return { spec, userArgs, given: Object.fromEntries(forRun) as GivenFor<RunOptionName> }
}

const configFiles = ({ configFile }: Plan) => new Set(configFile === undefined ? [] : [configFile])

function print(text: string): number {
  process.stdout.write(text)
  return exitCodes.ok
}

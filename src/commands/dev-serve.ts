import { devSource } from '../dev/dev-source.ts'
import { globsOf } from '../dev/globs.ts'
import { Supervisor } from '../dev/supervisor.ts'
import { Terminal } from '../dev/terminal.ts'
import { Watcher } from '../dev/watcher.ts'
import { codeOf, messageOf } from '../errors.ts'
import type { Stamp } from '../loader/compiled.ts'
import type { ValuesOf } from '../options/command-line.ts'
import type { devOptions } from '../options/dev-options.ts'
import { outputFor } from '../options/output-for.ts'
import type { Settings } from '../options/resolve.ts'
import { type HttpFront, openHttp } from '../serve/http-front.ts'
import { httpOptions } from '../serve/http-options.ts'
import { ProcessOwner } from '../serve/process-owner.ts'
import type { Log, Running } from '../serve/serve-options.ts'
import { serveStdio } from '../serve/stdio-front.ts'
import type { ServerSource } from '../source.ts'
import { buildOf } from './dev-build.ts'
import { DevInspector, type InspectorWish } from './dev-inspector.ts'
import type { Plan } from './plan.ts'

export interface DevRequest {
  /** What is to be served, read anew. */
  plan: () => Plan
  first: Plan
  options: ValuesOf<typeof devOptions>
  /** Whether the Inspector's port is the user's choice, and so that one or none. */
  portNamed: boolean
  cwd: string
  env: NodeJS.ProcessEnv
}

/** Binds the port, starts the first generation and the Inspector, and goes on until it is told to stop. */
export async function serveDev(request: DevRequest): Promise<number> {
  const { first, options, cwd } = request
  const output = outputFor(first.settings)
  const terminal = new Terminal(output, first.entry.shown)
  const inspector = await DevInspector.wanted(inspectorWish(request), terminal)
  const watcher = new Watcher({
    changed: (force) => supervisor.changed(force),
    failed: (error) => output.log('warning', `watching failed: ${messageOf(error)}`),
    also: globsOf(options.watch, cwd),
    never: globsOf(options.ignore, cwd),
  })
  const supervisor = new Supervisor({
    script: new URL('./generation.js', import.meta.url),
    loadLimit: first.settings.loadTimeout.value * 1000,
    reporter: terminal,
    build: () => build(request, watcher),
  })
  watcher.watch({ sources: new Set([first.entry.file]), others: new Set() })
  const owner = new ProcessOwner({ file: 'fastmcp dev', loadLimit: 0, log: output.log })
  const close = () => Promise.all([watcher.close(), inspector?.close()])
  try {
    const running = await serve(devSource(supervisor, terminal.called), first.settings, owner, output.log)
    terminal.serving(running.url, first.settings.port)
    owner.serving({
      url: running.url,
      close: async (limit) => {
        const [drained] = await Promise.all([running.close(limit), close()])
        return drained
      },
    })
    supervisor.changed(true)
    if (running.url !== undefined) inspector?.start(running.url)
  } catch (error) {
    await close()
    owner.release()
    throw error
  }
  return owner.exit(await owner.finished)
}

/** Compiles, and sees to it that exactly what was read is watched. */
async function build({ plan, cwd, env }: DevRequest, watcher: Watcher) {
  const read = new Map<string, Stamp>()
  try {
    const { build, watched } = await buildOf(plan(), { cwd, env, read })
    watcher.watch(watched)
    return build
  } catch (error) {
    watcher.add(read.keys())
    throw error
  }
}

function inspectorWish({ first, options, portNamed, cwd, env }: DevRequest): InspectorWish | undefined {
  const transport = first.settings.transport.value
  // Its page can only reach what is on a port, and a server on stdio belongs to the client that started it.
  if (!options.inspector || transport === 'stdio') return undefined
  const { inspectorPort: port, inspectorVersion: version, open } = options
  return { port, portNamed, version, open, transport: transport === 'sse' ? 'sse' : 'http', cwd, env }
}

async function serve(
  source: ServerSource,
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

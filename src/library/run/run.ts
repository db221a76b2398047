import type { Readable, Writable } from 'node:stream'
import {
  checkSettings,
  type Given,
  givenByEnv,
  givenByObject,
  outputFor,
  resolveSettings,
  type Settings,
} from '../../options/settings.ts'
import { exitNow } from '../../patches/node/exit-guard.ts'
import { runnerHook } from '../../process/runner-hook.ts'
import type { ServerSource } from '../../protocol/source.ts'
import { announce } from '../../serve/announce.ts'
import { takeProcess } from '../../serve/lifecycle.ts'
import type { Running } from '../../serve/serve-options.ts'
import { serveTransport } from '../../serve/serve-transport.ts'
import { requestContext } from '../../sessions/request-context.ts'
import { CliError } from '../../terminal/errors.ts'
import { type Output, say } from '../../terminal/output.ts'
import { currentRoute } from '../../transports/http/user-routes.ts'
import { inHandler } from '../define/context.ts'
import type { RunOptions } from './run-options.ts'

/** A server started by `runAsync()`. */
export interface RunHandle {
  /** Where clients reach it; absent on stdio. */
  readonly url: string | undefined
  /** Takes no more requests, lets calls in flight finish, for `drainLimit` seconds at most, and frees the port. */
  close(): Promise<void>
}

const noServer: RunHandle = { url: undefined, close: () => Promise.resolve() }

/** The `run()` that has this process, settled once it serves or has failed to. */
let owning: Promise<unknown> | undefined

export async function runOwning(server: object, source: ServerSource, options: RunOptions): Promise<void> {
  if (noted(server, options)) return
  // A start under way either fails, and leaves the process free, or soon has a URL to name.
  if (owning !== undefined) await owning.catch(() => undefined)
  if (owning !== undefined || isInHandler()) throw ownsProcess(namesOfServed() || source.name)
  const starting = startOwning(server, source, options)
  owning = starting
  let ended: () => Promise<number>
  try {
    ended = await starting
  } catch (error) {
    owning = undefined
    sayIfUncaught(error)
    throw error
  }
  await ended()
}

async function startOwning(server: object, source: ServerSource, options: RunOptions) {
  const settings = settingsOf(options, { env: givenByEnv(process.env) })
  const output = outputFor(settings)
  return takeProcess({ file: source.name, loadLimit: 0, log: output.log }, async (owner) => {
    const running = await start({ server, source, settings, output, stdio: owner.stdioClient })
    const serves = () => announce({ source, running, settings, output })
    return { running: { url: running.url, close: closeAll }, serves }
  })
}

export async function runAsync(
  server: object,
  source: ServerSource,
  options: RunOptions,
): Promise<RunHandle> {
  if (noted(server, options)) return noServer
  const settings = settingsOf(options)
  const stdio = { input: process.stdin, output: process.stdout }
  const running = await start({ server, source, settings, output: outputFor(settings), stdio })
  return {
    url: running.url,
    close: async () => {
      await running.close()
    },
  }
}

/** Under a runner the options are noted and nothing starts. */
function noted(server: object, options: RunOptions): boolean {
  const hook = runnerHook()
  hook?.noteRun(server, { ...options })
  return hook !== undefined
}

function settingsOf(options: RunOptions, env: { env?: Given } = {}): Settings {
  const settings = resolveSettings({ ...env, code: givenByObject({ ...options }, 'code', 'run()') })
  checkSettings(settings)
  return settings
}

const isInHandler = () =>
  inHandler() || requestContext.getStore() !== undefined || currentRoute.getStore() !== undefined

const ownsProcess = (what: string) =>
  new Error(
    `run() owns the whole process, which already serves ${what}. Use: const handle = await mcp.runAsync(options)`,
  )

interface Start {
  server: object
  source: ServerSource
  settings: Settings
  output: Output
  /** The streams of the client on stdio; without more, the server is closed when it has gone. */
  stdio: { input: Readable; output: Writable; onGone?: () => void; onRequest?: () => void }
}

interface Served {
  server: object
  name: string
  running: Running
}

/** What this process serves through the library at the moment. */
const served = new Set<Served>()

/** How messages name what is being served. */
const namesOfServed = (): string =>
  [...served].map(({ name, running }) => `${name} on ${running.url ?? 'stdio'}`).join(' and ')

/** Closes everything that is served in this process; `true` when nothing had to be cut off. */
async function closeAll(limit?: number): Promise<boolean> {
  const drained = await Promise.all([...served].map(({ running }) => running.close(limit)))
  return drained.every(Boolean)
}

/**
 * Serves on the transport that the settings name, until it is closed.
 * @throws CliError (exit 4) when the address cannot be listened on; Error when stdio is taken already.
 */
async function start({ server, source, settings, output, stdio }: Start): Promise<Running> {
  const onStdio = settings.transport.value === 'stdio'
  if (onStdio) claimStdio(source.name)
  try {
    const gone = { onGone: () => void running.close() }
    const shared = closedWithLast(server, source)
    const serving = await serveTransport(shared, settings, { log: output.log, stdio: { ...gone, ...stdio } })
    const running = keep(server, source.name, serving)
    return running
  } catch (error) {
    if (onStdio) hasStdio = undefined
    throw error
  }
}

function keep(server: object, name: string, running: Running): Running {
  let closing: Promise<boolean> | undefined
  const close = (limit?: number) => {
    closing ??= running.close(limit).finally(() => forget(entry))
    return closing
  }
  const entry: Served = { server, name, running: { url: running.url, close } }
  served.add(entry)
  return entry.running
}

/** The user's own clean-up is for when nobody is served from this object any more. */
const closedWithLast = (server: object, source: ServerSource): ServerSource => ({
  ...source,
  close: async () => {
    if ([...served].filter((one) => one.server === server).length <= 1) await source.close()
  },
})

function forget(entry: Served): void {
  served.delete(entry)
  if (entry.running.url === undefined) hasStdio = undefined
}

/** Whose stdio is, from the moment that somebody begins to serve on it. */
let hasStdio: string | undefined

function claimStdio(name: string): void {
  if (hasStdio !== undefined) {
    throw new Error(
      `stdio already serves ${hasStdio}, and a process has only one. Use: await mcp.runAsync({ transport: 'http', port: 0 })`,
    )
  }
  hasStdio = name
}

/**
 * When nobody catches this failure to start, the person at the terminal gets its one line and exit code instead
 * of a stack. Anything else that is thrown and not caught ends the process the way it always does.
 */
function sayIfUncaught(error: unknown): void {
  if (!(error instanceof CliError)) return
  const uncaught = (thrown: unknown) => {
    process.off('uncaughtException', uncaught)
    // User code that listens for its own crashes hears of this one, and decides.
    if (process.listenerCount('uncaughtException') > 0) return
    if (thrown === error) {
      say(error.message)
      exitNow(error.exitCode)
    }
    process.nextTick(() => {
      throw thrown
    })
  }
  process.on('uncaughtException', uncaught)
}

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
import { currentSession } from '../../sessions/derived/derived-server.ts'
import { CliError } from '../../terminal/errors.ts'
import { say } from '../../terminal/output.ts'
import { currentRoute } from '../../transports/http/user-routes.ts'
import { inHandler } from '../define/context.ts'
import type { RunOptions } from './run-options.ts'
import { closeAll, namesOfServed, start } from './served.ts'

/** A server started by `runAsync()`. */
export interface RunHandle {
  /** Where clients reach it; absent on stdio. */
  readonly url: string | undefined
  /** Takes no more requests, lets calls in flight finish, for 10 seconds at most, and frees the port. */
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
  inHandler() || currentSession.getStore() !== undefined || currentRoute.getStore() !== undefined

const ownsProcess = (what: string) =>
  new Error(
    `run() owns the whole process, which already serves ${what}. Use: const handle = await mcp.runAsync(options)`,
  )

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

import { outputFor } from '../options/output-for.ts'
import {
  checkSettings,
  type Given,
  givenByEnv,
  givenByObject,
  resolveSettings,
  type Settings,
} from '../options/resolve.ts'
import type { RunOptionName, RunValues, runOptions } from '../options/run-options.ts'
import type { Output } from '../output.ts'
import { runnerHook } from '../runner-hook.ts'
import { announce } from '../serve/announce.ts'
import { openHttp } from '../serve/http-front.ts'
import { httpOptions } from '../serve/http-options.ts'
import { ProcessOwner } from '../serve/process-owner.ts'
import type { Running } from '../serve/serve-options.ts'
import { serveStdio } from '../serve/stdio-front.ts'
import { currentSession } from '../sessions/derived-server.ts'
import type { ServerSource } from '../source.ts'

type CodeOption = {
  [K in RunOptionName]: (typeof runOptions)[K] extends { code: true } ? K : never
}[RunOptionName]

/** The options of `run()` and `runAsync()`: the same as the flags of `fastmcp run`, by the same names. */
export type RunOptions = Partial<Omit<Pick<RunValues, CodeOption>, 'transport' | 'health'>> & {
  transport?: RunValues['transport'] | 'http'
  /** A path, or `true` for `/health`. */
  health?: string | boolean
}

/** A server started by `runAsync()`. */
export interface RunHandle {
  /** Where clients reach it; absent on stdio. */
  readonly url: string | undefined
  /** Lets calls in flight finish, for 10 s at most, and frees the port. */
  close(): Promise<void>
}

const noServer: RunHandle = { url: undefined, close: () => Promise.resolve() }

/** What this process serves through `run()`, for the error that a second `run()` gets. */
let owned: string | undefined

export async function runOwning(server: object, source: ServerSource, options: RunOptions): Promise<void> {
  if (noted(server, options)) return
  const inHandler = currentSession.getStore() !== undefined
  if (owned !== undefined || inHandler) throw ownsProcess(owned ?? `${source.name} on this connection`)
  const settings = settingsOf(options, { env: givenByEnv(process.env) })
  owned = source.name
  const output = outputFor(settings)
  const owner = new ProcessOwner({ file: source.name, loadLimit: 0, log: output.log })
  try {
    const running = await start(source, settings, output, owner)
    owned = `${source.name} on ${running.url ?? 'stdio'}`
    owner.serving(running)
    announce({ source, running, settings, output, label: undefined })
  } catch (error) {
    owner.release()
    owned = undefined
    throw error
  }
  owner.exit(await owner.finished)
}

export async function runAsync(
  server: object,
  source: ServerSource,
  options: RunOptions,
): Promise<RunHandle> {
  if (noted(server, options)) return noServer
  const settings = settingsOf(options)
  const running = await start(source, settings, outputFor(settings))
  return {
    url: running.url,
    close: async () => {
      await running.close()
    },
  }
}

async function start(
  source: ServerSource,
  settings: Settings,
  output: Output,
  owner?: ProcessOwner,
): Promise<Running> {
  const { log } = output
  if (settings.transport.value !== 'stdio') {
    const options = httpOptions(settings)
    return (await openHttp(options, log)).serve(source, options)
  }
  const { input, output: stdout } = owner?.stdio ?? { input: process.stdin, output: process.stdout }
  const onGone = () => (owner ? owner.stop({ code: 0 }) : void running.close())
  const running = serveStdio(source, { input, output: stdout, onGone, log })
  return running
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

const ownsProcess = (what: string) =>
  new Error(
    `run() owns the whole process, which already serves ${what}. Use: const handle = await mcp.runAsync(options)`,
  )

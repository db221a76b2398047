import type { McpServer, ServerContext, ServerOptions } from '@modelcontextprotocol/server'
import { type InputRequests, type InputRequiredResult, inputRequired } from '@modelcontextprotocol/server'
import { packageScriptName } from '../../files/package-script.ts'
import { whileAborting } from '../../process/aborting.ts'
import { now, timerDelay } from '../../process/clock.ts'
import { UnknownState } from '../../sessions/suspended/call-state.ts'
import { SuspendedCalls } from '../../sessions/suspended/suspended-calls.ts'
import { frameWithPath, stackOf } from '../../terminal/errors.ts'
import { say } from '../../terminal/output.ts'
import { askByRequest } from './asking.ts'
import { type AskClient, type Context, contextOf, withContext } from './context.ts'
import { chainOf, failureWords, tellable } from './failure.ts'
import { Life } from './life.ts'
import { ToolError } from './values.ts'

/** What is being answered, for messages and to tell a retry of it from anything else. */
export interface Invocation {
  kind: 'tool' | 'resource' | 'prompt'
  name: string
  args: unknown
  /** Milliseconds the handler may take, waiting for answers not counted; no limit when absent. */
  timeout?: number | undefined
}

type Handler<T> = (context: Context) => T | Promise<T>

/** Runs handlers with their context, and carries what they ask the client across both eras. */
export class Answering {
  readonly #server: McpServer
  readonly #suspended = new SuspendedCalls<unknown, ServerContext, Life>()

  constructor(server: McpServer) {
    this.#server = server
  }

  /**
   * Refuses a state that names no call waiting here, before any handler hears of it; states of the user's own
   * are theirs to verify.
   * @throws UnknownState
   */
  verifyState(state: string, context: ServerContext, { requestState }: ServerOptions): unknown {
    if (!this.#suspended.owns(state)) return requestState?.verify?.(state, context)
    if (!this.#suspended.waits(state)) throw new UnknownState(state)
    return undefined
  }

  async answer<T>(
    invocation: Invocation,
    sdk: ServerContext,
    handler: Handler<T>,
  ): Promise<T | InputRequiredResult> {
    try {
      return await (sdk.mcpReq.envelope
        ? this.#modern(invocation, sdk, handler)
        : this.#legacy(invocation, sdk, handler))
    } catch (error) {
      if (error instanceof ToolError || isProtocolError(error)) throw error
      report(invocation, error)
      throw tellable(error)
    }
  }

  #legacy<T>(invocation: Invocation, sdk: ServerContext, handler: Handler<T>): T | Promise<T> {
    const ask: AskClient = (what) => askByRequest(sdk, this.#server.server.getClientCapabilities(), what)
    if (invocation.timeout === undefined) {
      // Nothing but the client ends it, and that the SDK's own signal tells.
      const context = contextOf(this.#server, { sdk }, sdk.mcpReq, ask)
      return withContext(context, () => handler(context))
    }
    const life = new Life(sdk)
    life.follow(sdk.mcpReq.signal)
    return this.#run(invocation, life, ask, handler).finally(() => life.leave())
  }

  async #modern<T>(
    invocation: Invocation,
    sdk: ServerContext,
    handler: Handler<T>,
  ): Promise<T | InputRequiredResult> {
    const state = sdk.mcpReq.requestState()
    if (state !== undefined && !this.#suspended.owns(state)) throw new UnknownState(String(state))
    const { kind, name, args } = invocation
    const life = new Life(sdk)
    const run = (ask: AskClient) => this.#run(invocation, life, ask, handler)
    const progress = await this.#suspended.answer(sdk, [kind, name, args], life, run)
    if ('done' in progress) return progress.done as T
    return inputRequired({
      inputRequests: progress.asks as unknown as InputRequests,
      requestState: progress.state,
    })
  }

  async #run<T>(invocation: Invocation, life: Life, askClient: AskClient, handler: Handler<T>): Promise<T> {
    const { timeout, name } = invocation
    if (timeout === undefined) {
      const context = contextOf(this.#server, life.round, life, askClient)
      return withContext(context, () => handler(context))
    }
    let expire: (error: Error) => void = () => undefined
    const expired = new Promise<never>((_, reject) => {
      expire = reject
    })
    const deadline = new Deadline(timeout, () => {
      const late = new ToolError(`${name} did not finish in ${timeout / 1000} s`)
      whileAborting(() => life.abort(late))
      expire(late)
    })
    const ask: AskClient = async (what) => {
      deadline.pause()
      try {
        return await askClient(what)
      } finally {
        deadline.resume()
      }
    }
    const context = contextOf(this.#server, life.round, life, ask)
    try {
      const answer = withContext(context, async () => handler(context))
      return await Promise.race([answer, expired])
    } finally {
      deadline.pause()
    }
  }
}

/** A time limit that stands still while a handler waits for its client. */
class Deadline {
  readonly #onExpired: () => void
  #left: number
  #since = 0
  #timer: NodeJS.Timeout | undefined

  constructor(limit: number, onExpired: () => void) {
    this.#left = limit
    this.#onExpired = onExpired
    this.resume()
  }

  resume(): void {
    this.#since = now()
    this.#timer = setTimeout(this.#onExpired, timerDelay(this.#left))
  }

  pause(): void {
    clearTimeout(this.#timer)
    this.#left = Math.max(0, this.#left - (now() - this.#since))
  }
}

/** An error that was meant for the client as it is, with the code of the protocol. */
const isProtocolError = (error: unknown) =>
  error instanceof Error && 'code' in error && Number.isInteger(error.code)

/** The model gets messages; whoever looks for the bug gets stacks, as far as they are the user's. */
function report({ kind, name }: Invocation, error: unknown): void {
  const [outermost, ...causes] = chainOf(error).map(stackLines)
  const because = causes.map(([first = '', ...frames]) =>
    [`caused by: ${first}`, ...frames.slice(0, 5)].join('\n'),
  )
  say([`${kind} ${name} failed: ${outermost?.join('\n')}`, ...because].join('\n'))
}

const stackLines = (error: unknown): string[] =>
  (error instanceof Error ? stackOf(error) : failureWords(error))
    .split('\n')
    .filter((line) => !/^\s+at /.test(line) || !isOwnFrame(line))
    .map(frameWithPath)

const isOwnFrame = (line: string) =>
  line.includes(import.meta.dirname) || line.includes('node:async_hooks') || packageScriptName.test(line)

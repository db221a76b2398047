import { AsyncLocalStorage } from 'node:async_hooks'
import type {
  AuthInfo,
  CreateMessageRequestParamsBase,
  CreateMessageResult,
  Implementation,
  McpServer,
  RequestId,
  ServerContext,
} from '@modelcontextprotocol/server'
import type { Era } from '../../protocol/source.ts'
import { type Elicited, elicitationAsk, elicited, samplingAsk } from './asking.ts'
import type { Schema } from './schemas.ts'
import { type SessionState, stateOf } from './session-state.ts'

/**
 * Log messages to the client, from the level up that it asked for (2025-11-25, server/utilities/logging). Each takes
 * text or any data that JSON can hold, and resolves when the message is on its way.
 */
export interface LogMethods {
  /** For whoever looks for a bug. */
  debug(data: unknown): Promise<void>
  /** How it goes. */
  info(data: unknown): Promise<void>
  /** Normal, but worth a look. */
  notice(data: unknown): Promise<void>
  /** Something may go wrong. */
  warning(data: unknown): Promise<void>
  /** Something went wrong. */
  error(data: unknown): Promise<void>
}

/** What a handler knows of the call it answers, and what it can do for it; its second argument. */
export interface Context {
  /** Log messages to the client. */
  readonly log: LogMethods
  /**
   * Aborted when the client cancels the call or leaves, or the tool's time is up (2025-11-25,
   * basic/utilities/cancellation).
   */
  readonly signal: AbortSignal
  /** The id of the request that is being answered, as the client chose it. */
  readonly requestId: RequestId
  /** How the client speaks: with sessions (until 2025-11-25), or an envelope for each request (2026-07-28). */
  readonly era: Era
  /** The client that calls, as it introduced itself: nothing to rely on. */
  readonly client: Implementation | undefined
  /** The id of the client's session; absent on stdio, in stateless serving and in the modern era. */
  readonly sessionId: string | undefined
  /** Who calls, as the server's auth hook said; absent where nobody checks. */
  readonly auth: AuthInfo | undefined
  /** Headers of the HTTP request; absent on stdio. */
  readonly headers: Headers | undefined
  /**
   * JSON values kept with the client's session.
   * @throws Error in the modern era, which has no sessions.
   */
  readonly state: SessionState
  /** The official SDK's own context. */
  readonly sdk: ServerContext
  /**
   * Reports progress (2025-11-25, basic/utilities/progress). Does nothing when the client asked for none.
   * @param progress how much is done, in any unit; must grow from call to call.
   * @param total how much there is, when known.
   * @param message what is being done, for people.
   */
  progress(progress: number, total?: number, message?: string): Promise<void>
  /**
   * Asks the person at the client (2025-11-25, client/elicitation). In the modern era the call is suspended meanwhile,
   * for 10 minutes at most (2026-07-28, patterns/mrtr), in the legacy era it waits for 60 seconds; the code is the same.
   * @param message what the person reads.
   * @param schema what to ask for: an object of strings, numbers, booleans and choices. The answer is checked.
   * @throws Error when the client cannot ask, nobody answers in time, or the answer does not fit; TypeError for a
   * schema that a form cannot show.
   */
  elicit<S extends Schema>(message: string, schema: S): Promise<Elicited<S>>
  /**
   * Has the client's model complete a text or a conversation (2025-11-25, client/sampling).
   * @param request a text, which is completed with 1,024 tokens at most, or all that the protocol lets one say.
   * @throws Error when the client offers no model, refuses, or does not answer in time.
   */
  sample(request: string | CreateMessageRequestParamsBase): Promise<CreateMessageResult>
}

/** Asks the client something and waits for the answer, however the era carries it. */
export type AskClient = (ask: { method: string; params?: Record<string, unknown> }) => Promise<unknown>

/** The part of a context that changes when a suspended call goes on in another request. */
export interface Round {
  sdk: ServerContext
}

const current = new AsyncLocalStorage<Context>()

/**
 * The context of the call being answered, for helpers that are not handed one.
 * @throws Error outside any handler.
 */
export function getContext(): Context {
  const context = current.getStore()
  if (!context) throw new Error('getContext() was called outside a handler')
  return context
}

/** Whether the code that asks was called by a handler. */
export const inHandler = (): boolean => current.getStore() !== undefined

export const withContext = <T>(context: Context, run: () => T): T => current.run(context, run)

/**
 * What a handler is given.
 * @param round the request that it is answering, which changes when a suspended call goes on in another.
 * @param ending has what is aborted when nobody waits for its answer any more, which is asked for when it is read.
 */
export const contextOf = (server: McpServer, round: Round, ending: Ending, ask: AskClient): Context =>
  new CallContext(server, round, ending, ask)

type Ending = Pick<Context, 'signal'>

/**
 * A class, because an object literal with accessors takes longer to make than a call to answer. Its methods are fields,
 * since handlers take them out of it.
 */
class CallContext implements Context {
  readonly requestId: RequestId
  readonly era: Era
  readonly client: Implementation | undefined
  readonly sessionId: string | undefined
  readonly auth: AuthInfo | undefined
  readonly #round: Round
  readonly #ending: Ending
  readonly #transport: McpServer['server']['transport']
  readonly #ask: AskClient
  #log: LogMethods | undefined

  constructor({ server }: McpServer, round: Round, ending: Ending, ask: AskClient) {
    const { mcpReq, sessionId, http } = round.sdk
    this.#ending = ending
    this.requestId = mcpReq.id
    this.era = mcpReq.envelope ? 'modern' : 'legacy'
    this.client = server.getClientVersion()
    this.sessionId = sessionId
    this.auth = http?.authInfo
    this.#round = round
    this.#transport = server.transport
    this.#ask = ask
  }

  get signal(): AbortSignal {
    return this.#ending.signal
  }

  get log(): LogMethods {
    this.#log ??= logBy(this.#round)
    return this.#log
  }

  get headers(): Headers | undefined {
    return this.#round.sdk.http?.req?.headers
  }

  get state(): SessionState {
    return stateOf(this.era === 'legacy' ? this.#transport : undefined)
  }

  get sdk(): ServerContext {
    return this.#round.sdk
  }

  readonly progress: Context['progress'] = (progress, total, message) =>
    reportProgress(this.#round.sdk, { progress, total, message })

  readonly elicit: Context['elicit'] = async (message, schema) =>
    elicited(await this.#ask(elicitationAsk(message, schema)), schema)

  readonly sample: Context['sample'] = async (request) =>
    (await this.#ask(samplingAsk(request))) as CreateMessageResult
}

function logBy(round: Round): LogMethods {
  const by = (level: keyof LogMethods) => (data: unknown) => round.sdk.mcpReq.log(level, data)
  const [debug, info, notice] = [by('debug'), by('info'), by('notice')]
  return { debug, info, notice, warning: by('warning'), error: by('error') }
}

async function reportProgress(
  { mcpReq }: ServerContext,
  { progress, total, message }: { progress: number; total: number | undefined; message: string | undefined },
): Promise<void> {
  const progressToken = mcpReq._meta?.progressToken
  if (progressToken === undefined) return
  const params = {
    progressToken,
    progress,
    ...(total !== undefined && { total }),
    ...(message && { message }),
  }
  await mcpReq.notify({ method: 'notifications/progress', params })
}

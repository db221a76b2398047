import { jsonText } from '../../protocol/json-text.ts'
import {
  errorCodes,
  errorReply,
  isRequest,
  isResponse,
  type JsonRpcMessage,
  type JsonRpcRequest,
  type JsonRpcResponse,
  messageText,
  type Params,
  type RequestId,
} from '../../protocol/jsonrpc.ts'
import { OwnRequests } from '../../sessions/own-requests.ts'
import type { Correspondent } from '../handle/generation-events.ts'
import type { GenerationHandle } from '../handle/generation-handle.ts'
import type { IpcOpening, IpcRequest } from '../protocol/ipc.ts'
import { taskNews } from '../protocol/task-news.ts'
import type { TaskOwner, Tasks } from './tasks.ts'

/** The callbacks of a link to its conversation. */
export interface LinkOwner {
  answered(request: JsonRpcRequest, response: JsonRpcResponse): void
  /** A request or notification of the server. */
  said(link: Link, message: JsonRpcMessage, related: RequestId | undefined): void
  /** Which link runs which of this client's tasks. */
  readonly tasks: Tasks<Link>
  state(link: Link, key: string, text: string | undefined): void
  closed(link: Link): void
  /** It has left its generation, with nothing pending. */
  left(link: Link): void
  lost(link: Link, unanswered: readonly JsonRpcRequest[], reason: string): void
}

/** Milliseconds that a server gets to answer a replayed request. */
const replayLimit = 3_000

/** One conversation's connection to one generation, with the pending requests in both directions. */
export class Link implements Correspondent, TaskOwner {
  readonly child: GenerationHandle
  readonly #conversation: number
  readonly #owner: LinkOwner
  readonly #pending = new Map<RequestId, JsonRpcRequest>()
  readonly #own = new OwnRequests()
  #retiring = false
  #ended = false
  #tasks = 0

  constructor(
    child: GenerationHandle,
    conversation: number,
    owner: LinkOwner,
    { opening, state }: { opening: IpcOpening; state: [string, string][] },
  ) {
    this.child = child
    this.#conversation = conversation
    this.#owner = owner
    child.join(conversation, this)
    child.send({ type: 'open', conversation, opening, state })
  }

  /** Whether the generation has closed it, so that nothing sent there will be answered. */
  get ended(): boolean {
    return this.#ended || this.child.gone
  }

  /** Whether it has pending requests, or runs a task that a client will poll. */
  get busy(): boolean {
    return this.#pending.size > 0 || this.runsTasks
  }

  get runsTasks(): boolean {
    return this.#tasks > 0
  }

  awaits(id: RequestId): boolean {
    return this.#pending.has(id)
  }

  send(message: JsonRpcMessage, request?: IpcRequest): void {
    const text = messageText(message)
    if (isRequest(message)) this.#pending.set(message.id, message)
    this.#send(text, request)
  }

  #send(text: string, request?: IpcRequest): void {
    this.child.send({ type: 'message', conversation: this.#conversation, text, request })
  }

  /** Sends a request of the front's own. Resolves with undefined if there is no response in time. */
  ask(method: string, params: Params, limit = replayLimit): Promise<JsonRpcResponse | undefined> {
    const send = (request: JsonRpcRequest) => this.#send(messageText(request))
    return this.#own.ask(send, method, params, limit)
  }

  /** The client no longer waits for this request. */
  forget(id: RequestId): void {
    this.#pending.delete(id)
    this.#leaveIfDone()
  }

  /** Leaves the generation once all its requests are answered. */
  retire(): void {
    this.#retiring = true
    this.#leaveIfDone()
  }

  keep(): () => void {
    this.#tasks++
    const release = this.child.keep()
    return () => {
      this.#tasks--
      release()
      this.#leaveIfDone()
    }
  }

  leave(): void {
    this.child.leave(this.#conversation)
  }

  /** Fails pending requests and leaves. */
  abandon(reason: string): void {
    this.died(reason)
    this.leave()
  }

  noteState(key: string, text: string | undefined): void {
    this.child.send({ type: 'state', conversation: this.#conversation, key, text })
  }

  message(message: JsonRpcMessage, related: RequestId | undefined): void {
    if (!isResponse(message)) return this.#owner.said(this, message, related)
    if (this.#own.take(message)) return
    const request = message.id === null ? undefined : this.#pending.get(message.id)
    if (!request) return
    this.#pending.delete(request.id)
    const news = taskNews(request, message)
    if (news) this.#owner.tasks.note(this, news)
    this.#owner.answered(request, message)
    this.#leaveIfDone()
  }

  state(key: string, text: string | undefined): void {
    this.#owner.state(this, key, text)
  }

  closed(reason = 'The server closed the session'): void {
    this.#ended = true
    const unanswered = this.#takePending()
    this.#owner.closed(this)
    for (const request of unanswered) this.#owner.answered(request, gone(request, reason))
  }

  died(reason: string): void {
    this.#ended = true
    this.#owner.lost(this, this.#takePending(), reason)
  }

  #takePending(): JsonRpcRequest[] {
    const unanswered = [...this.#pending.values()]
    this.#pending.clear()
    this.#own.abandon()
    return unanswered
  }

  #leaveIfDone(): void {
    if (!this.#retiring || this.busy) return
    this.leave()
    this.#owner.left(this)
  }
}

/** Milliseconds for reading a resource; one that takes longer counts as changed. */
const readLimit = 500

/** A client's subscribed resources whose content differs in the next generation. */
export async function changedResources(
  uris: ReadonlySet<string>,
  before: Link | undefined,
  after: Link,
): Promise<string[]> {
  if (!before) return []
  const pairs = [...uris].map(async (uri) => {
    const [old, now] = await Promise.all([contentsOf(before, uri), contentsOf(after, uri)])
    return old === now ? [] : [uri]
  })
  return (await Promise.all(pairs)).flat()
}

export const gone = (request: JsonRpcRequest, reason: string) =>
  errorReply(request.id, errorCodes.internal, reason)

async function contentsOf(link: Link, uri: string): Promise<string> {
  const response = await link.ask('resources/read', { uri }, readLimit)
  return response && 'result' in response ? jsonText(response.result) : ''
}

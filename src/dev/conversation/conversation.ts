import type { Channel, MessageExtra } from '../../protocol/channel.ts'
import {
  isRequest,
  isResponse,
  type JsonRpcMessage,
  type JsonRpcRequest,
  type JsonRpcResponse,
  type RequestId,
} from '../../protocol/jsonrpc.ts'
import type { OpenServer } from '../../protocol/source.ts'
import { ConversationMemory } from '../../sessions/conversation-memory.ts'
import { introduce } from '../../sessions/introduce.ts'
import { ServerAsks } from '../../sessions/server-asks.ts'
import type { GenerationHandle } from '../handle/generation-handle.ts'
import type { IpcOpening } from '../protocol/ipc.ts'
import { extraToIpc } from '../protocol/ipc-request.ts'
import { advertised, emptyList, type ListKind } from '../protocol/offer.ts'
import { aboutCall, type Call, faultOf, introductions } from './call.ts'
import { changedResources, gone, Link, type LinkOwner } from './link.ts'
import { keepState } from './session-state.ts'
import { Tasks, withTasksOf } from './tasks.ts'
import { tooMuchWaits, WaitingMessages } from './waiting.ts'

export interface ConversationEvents {
  called(call: Call): void
  ended(conversation: Conversation): void
}

/** Milliseconds for which a server's pending request to its client may keep an old generation alive. */
const askLimit = 30_000

/**
 * One client's conversation, which outlives the generations that serve it. New requests go to the newest generation;
 * older ones finish the requests that they have. Without a generation, requests wait for the next.
 */
export class Conversation implements OpenServer, LinkOwner {
  readonly sdkServer = {}
  readonly memory = new ConversationMemory()
  readonly #number: number
  readonly #opening: IpcOpening
  readonly #events: ConversationEvents
  readonly #unavailable: () => string | undefined
  readonly #asks = new ServerAsks()
  readonly #started = new Map<RequestId, number>()
  readonly #old = new Set<Link>()
  readonly tasks = new Tasks<Link>()
  #channel: (Channel & { state?: Map<string, string> }) | undefined
  #link: Link | undefined
  #moving: Promise<readonly string[]> = Promise.resolve([])
  readonly #waiting = new WaitingMessages((request) => this.#toClient(gone(request, tooMuchWaits)))
  #closed = false

  /** @param unavailable says why a request cannot wait for a generation. */
  constructor(
    number: number,
    opening: IpcOpening,
    events: ConversationEvents,
    unavailable: () => string | undefined,
  ) {
    this.#number = number
    this.#opening = opening
    this.#events = events
    this.#unavailable = unavailable
  }

  /** Whether this client is initialized, and so should be notified of changes. */
  get listens(): boolean {
    return this.#opening.longLived && this.memory.initialized
  }

  /** Whether it is a client's own, rather than one that the front opens internally for listeners. */
  get named(): boolean {
    return this.#opening.sessionId !== undefined
  }

  connect(channel: Channel): Promise<void> {
    this.#channel = channel
    channel.onmessage = (message, extra) => this.#receive(message, extra)
    channel.onclose = () => void this.close()
    return Promise.resolve()
  }

  close(): Promise<void> {
    if (this.#closed) return Promise.resolve()
    this.#closed = true
    this.#waiting.take()
    this.tasks.forget()
    for (const link of this.#old) link.leave()
    this.#link?.leave()
    this.#events.ended(this)
    return Promise.resolve()
  }

  /**
   * Initializes the client with a generation, which then gets all new messages.
   * @returns the subscribed resources whose content differs now.
   */
  moveTo(child: GenerationHandle): Promise<readonly string[]> {
    const moved = this.#moving.then(() => this.#move(child))
    this.#moving = moved.catch(() => [])
    return this.#moving
  }

  async #move(child: GenerationHandle): Promise<readonly string[]> {
    if (this.#closed || child.gone) return []
    const state = [...(this.#channel?.state ?? [])]
    const link = new Link(child, this.#number, this, { opening: this.#opening, state })
    // An initialization in progress is completed where it started.
    if (this.memory.greeting && (this.#link || this.#old.size > 0)) await this.#greeted
    await introduce(
      this.memory,
      (method, params) => link.ask(method, params),
      (message) => link.send(message),
    )
    const changed = await changedResources(this.memory.subscriptions, this.#link, link)
    if (this.#closed) link.leave()
    // If it could not be opened there, it stays where it is.
    if (this.#closed || link.ended) return []
    const old = this.#link
    this.#link = link
    if (old) this.#retire(old)
    for (const { message, extra } of this.#waiting.take()) this.#receive(message, extra)
    for (const uri of changed) this.notify('notifications/resources/updated', { uri })
    return changed
  }

  /** Leaves its generation once its requests are answered; new ones wait for the next. */
  letGo(): void {
    if (this.#link) this.#retire(this.#link)
    this.#link = undefined
  }

  /** Notifies the client that these lists have changed. */
  announce(kinds: Iterable<ListKind>): void {
    if (!this.listens) return
    for (const kind of kinds) this.notify(`notifications/${kind}/list_changed`)
  }

  /** Sends the client the error of the last save, if it accepts error logs. */
  logError(data: string): void {
    if (!this.#opening.longLived || !this.memory.hearsErrors) return
    this.notify('notifications/message', { level: 'error', logger: 'fastmcp dev', data })
  }

  notify(method: string, params?: Record<string, unknown>): void {
    this.#toClient({ jsonrpc: '2.0', method, ...(params && { params }) })
  }

  /** Answers waiting requests with an error, because no generation will come. */
  refuseWaiting(reason: string): void {
    for (const { message } of this.#waiting.take()) {
      if (isRequest(message)) this.#toClient(gone(message, reason))
    }
  }

  answered(request: JsonRpcRequest, response: JsonRpcResponse): void {
    this.memory.noteAnswer(request, response)
    const took = performance.now() - (this.#started.get(request.id) ?? performance.now())
    this.#started.delete(request.id)
    if (request.method === 'initialize') this.#settleGreeting()
    const final = emptyList(request, advertised(request, response))
    if (request.method === 'tasks/list')
      void withTasksOf(this.#old, request, final).then((all) => this.#toClient(all))
    else this.#toClient(final)
    // Modern clients identify themselves with every request, which is not worth a line.
    if (!this.#opening.longLived && introductions.has(request.method)) return
    const call = { client: this.memory.client, ...aboutCall(request), took, fault: faultOf(final) }
    this.#events.called(call)
  }

  said(link: Link, message: JsonRpcMessage, related: RequestId | undefined): void {
    const belongs = related !== undefined && link.awaits(related)
    // Notifications of an old generation outside its remaining calls are outdated.
    if (link !== this.#link && !belongs && !isRequest(message) && !this.tasks.speaksFor(link, message)) return
    const own = this.#asks.toClient(link, message)
    if (own) this.#toClient(own, belongs ? related : undefined)
  }

  state(from: Link, key: string, text: string | undefined): void {
    keepState(this.#channel?.state, key, text)
    for (const link of [...this.#old, this.#link]) if (link && link !== from) link.noteState(key, text)
  }

  readonly left = (link: Link): void => void this.#old.delete(link)

  closed(link: Link): void {
    const current = this.#link === link
    this.#drop(link)
    // As under `fastmcp run`: a server that ends the conversation ends the session.
    if (current) setImmediate(() => void this.#channel?.close().catch(() => undefined))
  }

  lost(link: Link, unanswered: readonly JsonRpcRequest[], reason: string): void {
    this.#drop(link)
    for (const message of this.#asks.withdraw(link)) this.#toClient(message)
    for (const request of unanswered) this.answered(request, gone(request, `The server ${reason}`))
  }

  #receive(message: JsonRpcMessage, extra?: MessageExtra): void {
    if (isResponse(message)) return void this.#asks.answer(message)
    if (message.method === 'notifications/progress' && this.#asks.progress(message)) return
    if (message.method === 'notifications/cancelled') return this.#cancel(message)
    const link = this.tasks.ownerOf(message) ?? this.#link
    if (!link || link.ended) {
      this.#waiting.add(message, extra)
      const reason = this.#unavailable()
      if (reason !== undefined) this.refuseWaiting(reason)
      return
    }
    this.memory.noteFromClient(message)
    if (isRequest(message)) this.#started.set(message.id, performance.now())
    link.send(message, extraToIpc(extra))
  }

  #cancel(message: JsonRpcMessage & { params?: Record<string, unknown> }): void {
    const id = message.params?.requestId as RequestId
    this.#waiting.remove(id)
    const link = [...this.#old, this.#link].find((one) => one?.awaits(id))
    link?.send(message)
    link?.forget(id)
    this.#started.delete(id)
  }

  #retire(link: Link): void {
    this.#old.add(link)
    link.retire()
    if (!link.busy) return
    const expire = () => {
      if (this.#asks.has(link) && !link.runsTasks) link.abandon('has been replaced by a newer version')
    }
    setTimeout(expire, askLimit).unref()
  }

  #drop(link: Link): void {
    this.#old.delete(link)
    this.tasks.forget(link)
    if (this.#link === link) this.#link = undefined
    this.#settleGreeting()
  }

  #settleGreeting: () => void = () => undefined
  readonly #greeted = new Promise<void>((resolve) => {
    this.#settleGreeting = resolve
  })

  #toClient(message: JsonRpcMessage, relatedRequestId?: RequestId): void {
    const options = relatedRequestId === undefined ? {} : { relatedRequestId }
    void this.#channel?.send(message, options).catch(() => undefined)
  }
}

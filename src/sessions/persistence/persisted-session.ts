import { now } from '../../process/clock.ts'
import type { AuthInfo } from '../../protocol/auth.ts'
import {
  isRequest,
  isResponse,
  type JsonRpcMessage,
  type JsonRpcRequest,
  type JsonRpcResponse,
  type Params,
  type RequestId,
} from '../../protocol/jsonrpc.ts'
import { seenMethod } from '../../store/seen-method.ts'
import { sessionKey, subjectKey } from '../../store/session-key.ts'
import type { RecordChange, Siblings } from '../../store/siblings.ts'
import type { SessionRecord, Store } from '../../store/store.ts'
import { ConversationMemory } from '../conversation-memory.ts'
import { OwnRequests } from '../own-requests.ts'
import { ServerAsks } from '../server-asks.ts'
import type { LastWill } from './last-will.ts'
import { passOn } from './passed-on.ts'
import { listMethods, recordedMethods, type Seen, SeenLists } from './seen-lists.ts'
import { Writes } from './writes.ts'

/** Milliseconds that a server gets to answer one replayed request. */
const replayLimit = 3_000

/**
 * The persistent side of one session: records what the client has said, and puts the name of this process into the ids
 * of requests to the client.
 */
export class PersistedSession {
  readonly memory = new ConversationMemory()
  readonly lists = new SeenLists()
  readonly processName: string
  readonly key: string
  readonly siblings: Siblings | undefined
  readonly broadcasts: boolean
  /** When the store was last told that the session is in use, on the clock of `now()`. */
  renewed = now()
  /** Undelivered responses that the previous process left for the client. */
  will: LastWill | undefined
  /** Called once when the client has opened its GET stream. */
  onStream: (() => void) | undefined
  /** The caller that opened it here; a server's lists may depend on it. */
  openedBy: AuthInfo | undefined
  /** Settles when other processes have received the client's last message, if it concerns them. */
  passing: Promise<void> | undefined
  /** True during a replay, when nothing is recorded. */
  quiet = false
  readonly #store: Store
  readonly #subject: string | undefined
  readonly #asks: ServerAsks
  /** Represents the server as a sender of requests. */
  readonly #server: { send: (message: JsonRpcMessage) => void } = { send: () => undefined }
  readonly #asked = new Map<RequestId, JsonRpcRequest>()
  readonly #own = new OwnRequests()
  /** Whether the current message arrived at another process. */
  #passed = false
  #version: string | undefined
  readonly #writes = new Writes()
  #ended: Promise<void> | undefined
  #ready: () => void = () => undefined
  /** Resolves once the server has been brought up to date. */
  readonly ready: Promise<void>

  /**
   * @param siblings the other processes that may also hold the session.
   * @param broadcasts whether changes of its server concern all sessions, and are announced in another way.
   */
  constructor(
    store: Store,
    id: string,
    subject: string | undefined,
    siblings?: Siblings,
    broadcasts = false,
  ) {
    this.#store = store
    this.siblings = siblings
    this.broadcasts = broadcasts
    this.processName = store.processName
    this.key = sessionKey(id)
    this.#subject = subjectKey(subject)
    this.#asks = new ServerAsks(store.processName)
    this.ready = new Promise((resolve) => {
      this.#ready = resolve
    })
  }

  /** @param hear passes the client's responses to the server, under the request id that the server knows. */
  connect(hear: (message: JsonRpcMessage) => void): void {
    this.#server.send = hear
  }

  /** Pending writes; a response is sent only after what it confirms has been stored. */
  get writing(): Promise<void> | undefined {
    return this.#writes.open
  }

  /** Records a message of the client; `true` if it concerned a request of the server. */
  takes(message: JsonRpcMessage): boolean {
    this.passing = undefined
    if (this.#hears(message)) return true
    if (this.#passed) return this.#takesPassed(message)
    const passed = this.siblings && !this.quiet ? passOn(this.siblings, this, message) : undefined
    this.passing = passed?.passing
    // A response to a request of an earlier process is dropped: nothing waits for it any more.
    return isResponse(message) || passed?.elsewhere === true || this.#notes(message)
  }

  /** Processes a message that arrived at another process and concerns this one. */
  receivePassed(receive: () => void): void {
    this.#passed = true
    try {
      receive()
    } finally {
      this.#passed = false
    }
  }

  #takesPassed(message: JsonRpcMessage): boolean {
    if (isResponse(message)) return true
    // The replay has already sent this to the server.
    if (message.method === 'notifications/initialized' && this.memory.initialized) return true
    return this.#notes(message)
  }

  /** Delivers a message about a request that this process sent; returns whether it was one. */
  #hears(message: JsonRpcMessage): boolean {
    if (isResponse(message)) return this.#asks.answer(message)
    return message.method === 'notifications/progress' && this.#asks.progress(message)
  }

  #notes(message: Exclude<JsonRpcMessage, JsonRpcResponse>): boolean {
    this.memory.noteFromClient(message)
    if (message.method === 'notifications/cancelled')
      this.#asked.delete(message.params?.requestId as RequestId)
    if (isRequest(message) && recordedMethods.has(message.method)) this.#asked.set(message.id, message)
    return false
  }

  /** A server's message as it is sent to the client; undefined if it only concerns this process. */
  toClient(message: JsonRpcMessage): JsonRpcMessage | undefined {
    if (!isResponse(message)) return this.#asks.toClient(this.#server, message)
    const request = this.#asked.get(message.id ?? '')
    if (request) this.#answered(request, message)
    return this.#own.take(message) ? undefined : message
  }

  /** Stores or deletes a value of the session's state. */
  readonly noteState = (name: string, text: string | undefined): void => {
    if (!this.quiet) this.#writes.add(this.#store.keep(this.key, name, text))
  }

  /** Sends the server a request of the runner's own. Resolves with undefined if it does not answer in time. */
  ask(receive: (message: JsonRpcMessage) => void, method: string, params: Params) {
    return this.#own.ask(receive, method, params, replayLimit)
  }

  /** Completes a restore: messages from now on are the client's. */
  adopted(version: string | undefined): void {
    this.#version = version
    this.quiet = false
    this.#ready()
  }

  /** Marks a new session, for which there is nothing to replay. */
  begun(): void {
    this.#ready()
  }

  /** Applies a change of state that another process made. */
  applyRemote(change: () => void): void {
    const { quiet } = this
    this.quiet = true
    try {
      change()
    } finally {
      this.quiet = quiet
    }
  }

  /** Saves everything again, because the store has missed changes. */
  async saveAll(state: Iterable<readonly [string, string]>): Promise<void> {
    if (this.#store.needs?.(this.key) === false) return
    this.#save()
    if (!this.quiet)
      for (const [name, text] of state) this.#writes.add(this.#store.keep(this.key, name, text, true))
    await this.#writes.open
  }

  /** Ends the session and deletes it from the store. */
  end(): Promise<void> {
    this.#ended ??= this.#store.remove(this.key)
    this.#ready()
    return this.#ended
  }

  /** Releases the session from this process; it may be restored later. */
  leave(): void {
    if (this.#ended === undefined) this.#store.siblings?.left(this.key)
    this.endedElsewhere()
  }

  /** Called when another process has ended and deleted the session. */
  endedElsewhere(): void {
    this.#ended ??= Promise.resolve()
    this.#ready()
  }

  /** Whether it has ended, here or in another process. */
  get ended(): boolean {
    return this.#ended !== undefined
  }

  #answered(request: JsonRpcRequest, response: JsonRpcResponse): void {
    this.#asked.delete(request.id)
    this.memory.noteAnswer(request, response)
    if ('error' in response || this.#own.has(request.id)) return
    if (listMethods.includes(request.method)) {
      const seen = this.lists.note(request, response.result, this.siblings?.mixed)
      if (seen) void this.saveSeen(seen)
      return
    }
    const { protocolVersion } = response.result
    if (request.method === 'initialize' && typeof protocolVersion === 'string')
      this.#version = protocolVersion
    this.#save({ method: request.method, params: request.params })
  }

  /** Stores which lists the client has seen. Resolves once that is done. */
  async saveSeen(seen: Seen): Promise<void> {
    this.#save({ method: seenMethod, params: { seen } })
    await this.#writes.open
  }

  #save(change?: RecordChange): void {
    const record = this.#record
    if (record && !this.quiet) this.#writes.add(this.#store.save(this.key, record, change))
  }

  get #record(): SessionRecord | undefined {
    const { introduction: initialize, level, subscriptions } = this.memory
    if (initialize === undefined || this.#ended !== undefined) return undefined
    const said = { initialize, version: this.#version, level, subscriptions: [...subscriptions] }
    return { ...(this.#subject !== undefined && { subject: this.#subject }), ...said, ...this.lists.record }
  }
}

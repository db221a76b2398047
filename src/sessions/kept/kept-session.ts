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
import { keptMethods, listMethods, type Seen, SeenLists } from './seen-lists.ts'
import { Writes } from './writes.ts'

/** Milliseconds that a server gets to answer one thing that it is told again. */
const replayLimit = 3_000

/** One session's part in a store: notes what the client has said, and names this process in what the client is asked. */
export class KeptSession {
  readonly memory = new ConversationMemory()
  readonly lists = new SeenLists()
  readonly processName: string
  readonly key: string
  readonly siblings: Siblings | undefined
  readonly broadcasts: boolean
  /** When the store was last told that it is in use, on the clock of `now()`. */
  renewed = now()
  /** What the process before this one has left for the client. */
  will: LastWill | undefined
  /** Does what is due when the client has opened its stream with GET, once. */
  onStream: (() => void) | undefined
  /** Who has opened it here, by whom a server may choose what it lists. */
  openedBy: AuthInfo | undefined
  /** Until other processes have what the client has said last, if it concerns them. */
  passing: Promise<void> | undefined
  /** While a server is told what the client has said, nothing of it is news. */
  quiet = false
  readonly #store: Store
  readonly #subject: string | undefined
  readonly #asks: ServerAsks
  /** Stands for the server among those who ask. */
  readonly #server: { send: (message: JsonRpcMessage) => void } = { send: () => undefined }
  readonly #asked = new Map<RequestId, JsonRpcRequest>()
  readonly #own = new OwnRequests()
  /** Whether what is being taken came in at another process. */
  #passed = false
  #version: string | undefined
  readonly #writes = new Writes()
  #ended: Promise<void> | undefined
  #ready: () => void = () => undefined
  /** Resolves once its server has been told what its client has said before. */
  readonly ready: Promise<void>

  /**
   * @param siblings the other processes that may hold the session as well.
   * @param broadcasts whether a change that its server tells of concerns all sessions, and is told of in another way.
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

  /** @param hear hands the server what its client says to what it has asked, under the id that the server knows. */
  connect(hear: (message: JsonRpcMessage) => void): void {
    this.#server.send = hear
  }

  /** What is being written; no answer that tells of it leaves before that is safe. */
  get writing(): Promise<void> | undefined {
    return this.#writes.open
  }

  /** Takes note of a message of the client's; `true` when it was about something the server has asked. */
  takes(message: JsonRpcMessage): boolean {
    this.passing = undefined
    if (this.#hears(message)) return true
    if (this.#passed) return this.#takesPassed(message)
    const passed = this.siblings && !this.quiet ? passOn(this.siblings, this, message) : undefined
    this.passing = passed?.passing
    // What an earlier process has asked, nobody waits for any more.
    return isResponse(message) || passed?.elsewhere === true || this.#notes(message)
  }

  /** Has a message taken that came in at another process, and concerns this one. */
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
    // What its server was told when it came back it is not told twice.
    if (message.method === 'notifications/initialized' && this.memory.initialized) return true
    return this.#notes(message)
  }

  /** Whether a message was about something that this process has asked, which has heard it then. */
  #hears(message: JsonRpcMessage): boolean {
    if (isResponse(message)) return this.#asks.answer(message)
    return message.method === 'notifications/progress' && this.#asks.progress(message)
  }

  #notes(message: Exclude<JsonRpcMessage, JsonRpcResponse>): boolean {
    this.memory.noteFromClient(message)
    if (message.method === 'notifications/cancelled')
      this.#asked.delete(message.params?.requestId as RequestId)
    if (isRequest(message) && keptMethods.has(message.method)) this.#asked.set(message.id, message)
    return false
  }

  /** A server's message as the client may see it; nothing for what concerns only this process. */
  toClient(message: JsonRpcMessage): JsonRpcMessage | undefined {
    if (!isResponse(message)) return this.#asks.toClient(this.#server, message)
    const request = this.#asked.get(message.id ?? '')
    if (request) this.#answered(request, message)
    return this.#own.take(message) ? undefined : message
  }

  /** Something is kept with the session, or no longer. */
  readonly noteState = (name: string, text: string | undefined): void => {
    if (!this.quiet) this.#writes.add(this.#store.keep(this.key, name, text))
  }

  /** Puts a request of the runner's own to the server. Resolves with nothing when no answer comes in time. */
  ask(receive: (message: JsonRpcMessage) => void, method: string, params: Params) {
    return this.#own.ask(receive, method, params, replayLimit)
  }

  /** It has come back as it was, and what comes from now on is of its client. */
  adopted(version: string | undefined): void {
    this.#version = version
    this.quiet = false
    this.#ready()
  }

  /** It is new, and there is nothing to be told. */
  begun(): void {
    this.#ready()
  }

  /** Another process has kept something with the session, or no longer does. */
  noteOthers(change: () => void): void {
    const { quiet } = this
    this.quiet = true
    try {
      change()
    } finally {
      this.quiet = quiet
    }
  }

  /** Saves all of it again, because the store has missed what was said. */
  async saveAll(state: Iterable<readonly [string, string]>): Promise<void> {
    if (this.#store.needs?.(this.key) === false) return
    this.#save()
    if (!this.quiet)
      for (const [name, text] of state) this.#writes.add(this.#store.keep(this.key, name, text, true))
    await this.#writes.open
  }

  /** The session has ended, and with it what is kept. */
  end(): Promise<void> {
    this.#ended ??= this.#store.remove(this.key)
    this.#ready()
    return this.#ended
  }

  /** This process no longer has it; it may come back. */
  leave(): void {
    if (this.#ended === undefined) this.#store.siblings?.left(this.key)
    this.endedElsewhere()
  }

  /** Another process has ended it, and what is kept. */
  endedElsewhere(): void {
    this.#ended ??= Promise.resolve()
    this.#ready()
  }

  /** Whether it has ended, here or elsewhere. */
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

  /** The client has seen these lists. Resolves once that is kept. */
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

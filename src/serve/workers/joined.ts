import { randomUUID } from 'node:crypto'
import type { RequestListener } from 'node:http'
import type { Change, ServerSource } from '../../protocol/source.ts'
import { SessionPersistence } from '../../sessions/persistence/session-persistence.ts'
import { usageError } from '../../terminal/errors.ts'
import { forward } from '../../transports/peers/forward.ts'
import { openPeerPort, type PeerPort } from '../../transports/peers/peer-port.ts'
import type { Peers } from '../../transports/peers/peers.ts'
import type { StreamableHttp } from '../../transports/streamable/streamable-http.ts'
import type { ModernHttp } from '../modern/modern-http.ts'
import { type HttpServeOptions, storeExpiry } from '../serve-options.ts'
import type { WorkerParts } from './worker-parts.ts'

/** The parts of a server that other processes talk to. */
export interface Ends {
  readonly handle: RequestListener
  readonly modern: ModernHttp
  /** Undefined for SSE, whose streams never move between processes. */
  readonly streamable: StreamableHttp | undefined
}

/** Milliseconds within which changes of one kind are merged. */
const mergeWindow = 50

/** The part of a server that cooperates with other processes on the same address. */
export class Joined {
  /** Persists its sessions where the others find them. */
  readonly persistence: SessionPersistence | undefined
  readonly peers: Peers
  readonly #source: ServerSource
  readonly #parts: WorkerParts
  readonly #port: PeerPort
  #leave: () => void = () => undefined

  /**
   * @throws CliError (exit 2) for a server that manages sessions itself, or if they cannot be stored; (exit 4) if the
   * other processes could not reach this one.
   */
  static async join(source: ServerSource, options: HttpServeOptions, parts: WorkerParts): Promise<Joined> {
    if (source.appOnly && parts.sessions !== 'anywhere') {
      throw usageError(
        `this app speaks MCP itself and has its sessions in its memory, which ${parts.option} would divide. Leave ${parts.option} out, or add --sessions anywhere if any of its processes can answer any request.`,
      )
    }
    const { store, maxSessions, sessionTimeout, transport, stateless } = options
    const keeps = transport !== 'sse' && !stateless && !source.appOnly
    const expiry = storeExpiry(sessionTimeout)
    if (keeps) await parts.keep({ store, maxSessions, expiry })
    return new Joined(source, parts, keeps, await openPeerPort())
  }

  private constructor(source: ServerSource, parts: WorkerParts, keeps: boolean, port: PeerPort) {
    this.#port = port
    this.#source = source
    this.#parts = parts
    const { store, sessions } = parts
    store.begin()
    const serving = source.separate && sessions === 'owner' ? 'one owner' : 'anywhere'
    const overBus: NonNullable<WorkerParts['forward']> = (...args) =>
      parts.forward?.(...args) ?? Promise.resolve()
    this.persistence = keeps ? new SessionPersistence(store, serving, !source.separate) : undefined
    this.peers = {
      name: store.processName,
      current: () => store.current(),
      cutOff: () => store.failing === true,
      addressOf: (name, { request }) =>
        name === undefined || name === store.processName || port.has(request)
          ? undefined
          : store.siblings.addressOf(name),
      forward: (exchange, address, message) =>
        'port' in address ? forward(exchange, address, message) : overBus(exchange, address, message),
    }
  }

  /** Session ids that name the process, as SSE needs them. */
  readonly newId = (): string => `${this.peers.name}.${randomUUID()}`

  /** Starts listening to the other processes, and answering the requests that they forward. */
  serves({ handle, modern, streamable }: Ends): void {
    this.persistence?.handleMessages({
      texts: (session, texts) => streamable?.outletOf(session).deliver(texts),
      moved: (session) => streamable?.outletOf(session).endStreams(),
      tell: (session, change) => streamable?.outletOf(session).tell(change),
      tellListeners: (change) => modern.tell(change),
    })
    this.#leave = this.#source.onChange(this.#announce())
    this.#port.answerBy(handle)
    const { port, key } = this.#port
    this.#parts.answersAt({ port, key })
    void modern.introduce().catch(() => undefined)
  }

  async close(): Promise<void> {
    this.#leave()
    this.#port.close()
    await this.#parts.close?.()
  }

  /** Announces changes to the other processes, merging those of one kind. */
  #announce(): (change: Change) => void {
    const waiting = new Map<string, Change>()
    const tell = () => {
      for (const change of waiting.values()) this.#parts.store.siblings.announce(change)
      waiting.clear()
    }
    return (change) => {
      if (waiting.size === 0) setTimeout(tell, mergeWindow).unref()
      waiting.set(JSON.stringify(change), change)
    }
  }
}

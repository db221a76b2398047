import { whileAborting } from '../../process/aborting.ts'
import type { Channel, MessageExtra, SendOptions } from '../../protocol/channel.ts'
import { isResponse, type JsonRpcMessage, messageText } from '../../protocol/jsonrpc.ts'
import { handOver } from '../../sessions/hand-over.ts'
import { askedWithin } from '../../sessions/request-context.ts'
import { StoredState } from '../../sessions/stored-state.ts'
import type { Report } from '../protocol/ipc.ts'

/**
 * A conversation as a generation sees it: the client is behind the front, which owns its session. Outgoing messages are
 * sent to the front; incoming ones are passed to the server.
 */
export class RemoteChannel implements Channel {
  onmessage: Channel['onmessage'] = undefined
  onclose: Channel['onclose'] = undefined
  onerror: Channel['onerror'] = undefined
  readonly sessionId: string | undefined
  /** The session state of user code; the front has a copy for later generations. */
  readonly state: SharedState
  readonly #conversation: number
  readonly #report: (report: Report) => Promise<void>
  #closed = false

  constructor(
    conversation: number,
    about: { sessionId: string | undefined; state: readonly [string, string][] },
    report: (report: Report) => Promise<void>,
  ) {
    this.#conversation = conversation
    this.#report = report
    this.sessionId = about.sessionId
    this.state = new SharedState(
      about.state,
      (key, text) => void report({ type: 'state', conversation, key, text }),
    )
  }

  start(): Promise<void> {
    return Promise.resolve()
  }

  receive(message: JsonRpcMessage, extra?: MessageExtra): void {
    if (!this.#closed) handOver(this, message, extra)
  }

  async send(message: JsonRpcMessage, options?: SendOptions): Promise<void> {
    if (this.#closed) return
    const related = isResponse(message)
      ? undefined
      : (options?.relatedRequestId ?? askedWithin(this, message))
    const text = messageText(message)
    await this.#report({ type: 'message', conversation: this.#conversation, text, related })
  }

  close(): Promise<void> {
    if (this.#closed) return Promise.resolve()
    this.#closed = true
    whileAborting(() => this.onclose?.())
    return this.#report({ type: 'closed', conversation: this.#conversation })
  }

  /** Applies a value that another generation has set. */
  noteState(key: string, text: string | undefined): void {
    this.state.note(key, text)
  }
}

/** The session state of user code, which reports every change. */
class SharedState extends StoredState {
  readonly #tell: (key: string, text: string | undefined) => void

  constructor(entries: readonly [string, string][], tell: (key: string, text: string | undefined) => void) {
    super()
    for (const [key, text] of entries) super.set(key, text)
    this.#tell = tell
  }

  override set(key: string, text: string): this {
    super.set(key, text)
    this.#tell(key, text)
    return this
  }

  override delete(key: string): boolean {
    this.#tell(key, undefined)
    return super.delete(key)
  }

  /** Applies a value without reporting it. */
  note(key: string, text: string | undefined): void {
    if (text === undefined) super.delete(key)
    else if (this.fits(key, text)) super.set(key, text)
  }
}

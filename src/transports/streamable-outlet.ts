import { isResponse, type JsonRpcMessage, type RequestId } from '../jsonrpc.ts'
import type { Outlet, Session } from '../sessions/session.ts'
import type { EventStream } from './event-stream.ts'
import type { PostReply } from './post-reply.ts'

/** Messages kept for a client that has no stream open at the moment; older ones give way. */
const backlogLimit = 256

/**
 * Where a Streamable HTTP session's messages go: those that belong to a request onto that request's response,
 * all others onto the stream the client opened with GET, or into a short backlog until it opens one.
 */
export class StreamableOutlet implements Outlet {
  readonly replies = new Map<RequestId, PostReply>()
  readonly #session: Session
  #standalone: EventStream | undefined
  #backlog: string[] = []

  constructor(session: Session) {
    this.#session = session
  }

  send(message: JsonRpcMessage, requestId: RequestId | undefined): void | Promise<void> {
    const reply = requestId === undefined ? undefined : this.replies.get(requestId)
    if (isResponse(message)) {
      if (requestId !== undefined) this.replies.delete(requestId)
      return reply?.send(message)
    }
    if (reply?.streams) return reply.send(message)
    const text = JSON.stringify(message)
    if (this.#standalone) return this.#standalone.send(text)
    this.#backlog.push(text)
    if (this.#backlog.length > backlogLimit) this.#backlog.shift()
  }

  abandon(requestId: RequestId): void {
    this.replies.get(requestId)?.end()
    this.replies.delete(requestId)
  }

  /** The newest stream wins: the one before may hang on a connection that died without a word. */
  attach(stream: EventStream): void {
    this.#standalone?.end()
    if (!this.#standalone) this.#session.streams++
    this.#standalone = stream
    for (const text of this.#backlog.splice(0)) void stream.send(text)
  }

  detach(stream: EventStream): void {
    if (this.#standalone !== stream) return
    this.#standalone = undefined
    this.#session.streams--
    this.#session.lastSeen = Date.now()
  }

  endStreams(): void {
    this.#standalone?.end()
  }

  end(): void {
    for (const reply of this.replies.values()) reply.end()
    this.replies.clear()
    this.#standalone?.end()
  }
}

import { now } from '../../process/clock.ts'
import {
  errorCodes,
  errorReply,
  isRequest,
  isResponse,
  type JsonRpcMessage,
  messageText,
  type RequestId,
} from '../../protocol/jsonrpc.ts'
import type { EventId } from '../../sessions/event-id.ts'
import type { EventLog, LoggedEvent, Place } from '../../sessions/event-log.ts'
import type { Outlet } from '../../sessions/outlet.ts'
import type { Session } from '../../sessions/session.ts'
import type { EventStream } from '../http/event-stream.ts'
import type { PostReply, PostReplyOptions, ReplyStream } from './post-reply.ts'

/**
 * Where a Streamable HTTP session's messages go: those that belong to a request onto that request's stream, all
 * others onto the one the client opens with GET. Each message travels on one stream only.
 */
export class StreamableOutlet implements Outlet {
  readonly replies = new Map<RequestId, PostReply>()
  /** Of every reply but the first; made with the first that needs them. */
  replyOptions: PostReplyOptions | undefined
  readonly #session: Session
  readonly #standalone: ResumableStream
  /** Streams of requests that are not answered yet, by number. */
  readonly #streams = new Map<number, ResumableStream>()

  constructor(session: Session) {
    this.#session = session
    this.#standalone = new ResumableStream(session.events)
  }

  send(message: JsonRpcMessage, requestId: RequestId | undefined): void | Promise<void> {
    const reply = requestId === undefined ? this.#asking(message) : this.replies.get(requestId)
    if (isResponse(message)) {
      if (requestId !== undefined) this.replies.delete(requestId)
      return reply?.send(message)
    }
    return reply?.streams ? reply.send(message) : this.#standalone.send(messageText(message))
  }

  /**
   * Who opens no stream with GET can only be asked on that of a call; which it is about is not known, and the newest
   * is the likeliest.
   */
  #asking(message: JsonRpcMessage): PostReply | undefined {
    if (!isRequest(message) || this.#standalone.carried) return undefined
    return [...this.replies.values()].findLast((reply) => reply.streams)
  }

  abandon(requestId: RequestId): void {
    this.replies.get(requestId)?.end()
    this.replies.delete(requestId)
  }

  /** Begins the stream of a request on the response to it. */
  open(live: EventStream, requestId: RequestId): ReplyStream {
    const stream = new ResumableStream(this.#session.events, requestId)
    this.#streams.set(stream.number, stream)
    stream.begin(live, this.#session.resumable)
    return {
      send: (text) => stream.send(text),
      pause: () => stream.pause(),
      end: () => {
        this.#streams.delete(stream.number)
        stream.end()
      },
    }
  }

  /** Begins, or begins again, the stream of what belongs to no request. */
  listen(live: EventStream): void {
    this.#hold(live)
    // Clients of earlier revisions take an event without data for a broken message.
    this.#standalone.begin(live, this.#session.resumable)
  }

  /**
   * Goes on with a stream after the event a client has received last.
   * @param live is called for the response to go on with, unless there is nothing more to send.
   * @returns whether the id was one of this session, and whether anything is left of its stream, or was.
   */
  resume(lastEventId: string, live: () => EventStream): 'unknown' | 'ended' | 'lost' | 'resumed' {
    const { events } = this.#session
    const other = events.ofOther(lastEventId)
    if (other) return this.#goOn(lastEventId, other.request, live)
    const found = events.find(lastEventId)
    if (!found) return 'unknown'
    const standalone = found.stream === this.#standalone.number
    const stream = standalone ? this.#standalone : this.#streams.get(found.stream)
    if (stream) {
      const response = live()
      if (standalone) this.#hold(response)
      // What was lost on the way is no reason to lose the answer, too.
      stream.resume(response, found.next)
      return 'resumed'
    }
    return this.#replay(found, live)
  }

  /**
   * Goes on after an event that a process before this one has sent. What it was still to answer nobody answers any
   * more, and may have been done all the same.
   */
  #goOn(id: string, request: EventId['request'], live: () => EventStream): 'lost' | 'resumed' {
    if (request === null) return 'lost'
    const response = live()
    if (request === undefined) {
      this.listen(response)
      // What has changed while nobody was listening is not known, so that it has to be read again.
      for (const uri of this.#session.kept?.memory.subscriptions ?? []) {
        const message = {
          jsonrpc: '2.0',
          method: 'notifications/resources/updated',
          params: { uri },
        } as const
        void this.#standalone.send(messageText(message))
      }
      return 'resumed'
    }
    void response.send(messageText(errorReply(request, errorCodes.internal, restartedWords)), 'message', id)
    response.end()
    return 'resumed'
  }

  /** Sends what is left of a stream that has ended. */
  #replay({ stream, next }: Place, live: () => EventStream): 'ended' | 'lost' | 'resumed' {
    const { events } = this.#session
    const lost = events.endLostAfter(stream, next)
    if (lost && lost.request === undefined) return 'lost'
    const missed = lost ? [lostAnswer(lost.request, lost.last)] : events.from(stream, next)
    if (missed.length === 0) return 'ended'
    events.delivered(stream, next)
    const response = live()
    for (const { data, id } of missed) void response.send(data, 'message', id)
    response.onSent(() => events.delivered(stream))
    response.end()
    return 'resumed'
  }

  /** Ends the response that carries the stream opened with GET; the client opens another when it is due. */
  endStreams(): void {
    this.#standalone.pause()
  }

  end(): void {
    for (const reply of this.replies.values()) reply.end()
    this.replies.clear()
    this.#standalone.end()
  }

  /** A session that is listened to is in use. */
  #hold(live: EventStream): void {
    this.#session.streams++
    live.onClose(() => {
      this.#session.streams--
      this.#session.lastSeen = now()
    })
  }
}

/** Words of what was not kept, for whoever comes back for it. */
export const lostWords = 'What was sent on this stream is no longer kept: make the request again'

/** Words for whoever waits for an answer of a process that is gone. */
export const restartedWords =
  'The server has restarted: the call may or may not have been carried out, and was not repeated'

const lostAnswer = (request: RequestId | undefined, id: string): LoggedEvent => ({
  id,
  data: messageText(errorReply(request ?? null, errorCodes.server, lostWords)),
})

/** Milliseconds a client should wait before it opens a stream again that was closed under it. */
const retryAfter = 1_000

/**
 * One stream of a session. It outlives the HTTP response that carries it: what is sent while there is none is
 * kept in the session's log until the client opens the stream again.
 */
class ResumableStream {
  readonly #log: EventLog
  readonly number: number
  #live: EventStream | undefined
  /** The first event that was never written to any response. */
  #unwritten = 0

  /** @param request the request that it answers, if it is one's. */
  constructor(log: EventLog, request?: RequestId) {
    this.#log = log
    this.number = log.open(request)
  }

  /**
   * Begins to carry the stream on a response, with what was never written to any.
   * @param prime tells the client where the stream begins, should the connection be lost before a message.
   */
  begin(live: EventStream, prime: boolean): void {
    const missed = this.#log.from(this.number, this.#unwritten)
    if (prime) live.prime(missed.length === 0 ? this.#log.mark(this.number) : undefined, retryAfter)
    this.#carry(live, missed)
  }

  /** Goes on with the stream on another response, after the event before `next`. */
  resume(live: EventStream, next: number): void {
    this.#log.delivered(this.number, next)
    this.#carry(live, this.#log.from(this.number, next))
  }

  /** Whether a response carries it. */
  get carried(): boolean {
    return this.#live?.open === true
  }

  /** Sends one message; resolves when the client has room for more. */
  send(text: string): void | Promise<void> {
    const { id, index } = this.#log.append(this.number, text)
    if (this.#live?.open) return this.#live.send(text, 'message', id)
    this.#unwritten = Math.min(this.#unwritten, index)
  }

  /** Ends the response, not the stream: the client is to come back for the rest (2025-11-25, Sending 6). */
  pause(): void {
    this.#live?.end()
    this.#live = undefined
  }

  /** Ends the stream itself. */
  end(): void {
    this.#log.end(this.number)
    this.#live?.onSent(() => this.#log.delivered(this.number))
    this.pause()
  }

  /** The newest response wins: the one before may hang on a connection that died without a word. */
  #carry(live: EventStream, missed: readonly LoggedEvent[]): void {
    this.#live?.end()
    this.#live = live
    this.#unwritten = Number.POSITIVE_INFINITY
    for (const { data, id } of missed) void live.send(data, 'message', id)
  }
}

import { now } from '../../process/clock.ts'
import {
  errorCodes,
  errorReply,
  isResponse,
  type JsonRpcMessage,
  messageText,
  type RequestId,
} from '../../protocol/jsonrpc.ts'
import type { LoggedEvent, Place } from '../../sessions/event-log.ts'
import type { Outlet, Session } from '../../sessions/session.ts'
import type { EventStream } from '../http/event-stream.ts'
import type { PostReply, ReplyStream } from './post-reply.ts'
import { ResumableStream } from './resumable-stream.ts'

/**
 * Where a Streamable HTTP session's messages go: those that belong to a request onto that request's stream, all
 * others onto the one the client opens with GET. Each message travels on one stream only.
 */
export class StreamableOutlet implements Outlet {
  readonly replies = new Map<RequestId, PostReply>()
  readonly #session: Session
  readonly #standalone: ResumableStream
  /** Streams of requests that are not answered yet, by number. */
  readonly #streams = new Map<number, ResumableStream>()

  constructor(session: Session) {
    this.#session = session
    this.#standalone = new ResumableStream(session.events)
  }

  send(message: JsonRpcMessage, requestId: RequestId | undefined): void | Promise<void> {
    const reply = requestId === undefined ? undefined : this.replies.get(requestId)
    if (isResponse(message)) {
      if (requestId !== undefined) this.replies.delete(requestId)
      return reply?.send(message)
    }
    return reply?.streams ? reply.send(message) : this.#standalone.send(messageText(message))
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

const lostAnswer = (request: RequestId | undefined, id: string): LoggedEvent => ({
  id,
  data: messageText(errorReply(request ?? null, errorCodes.server, lostWords)),
})

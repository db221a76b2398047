import { now } from '../../process/clock.ts'
import {
  errorCodes,
  errorReply,
  isRequest,
  isResponse,
  type JsonRpcMessage,
  type JsonRpcNotification,
  type JsonRpcRequest,
  messageText,
  type RequestId,
} from '../../protocol/jsonrpc.ts'
import type { Change } from '../../protocol/source.ts'
import { isSaidEverywhere, messageOfChange, tellsOfChange } from '../../sessions/derived/audience.ts'
import type { EventId } from '../../sessions/event-id.ts'
import type { LoggedEvent, StreamPosition } from '../../sessions/event-log.ts'
import type { Outlet } from '../../sessions/outlet.ts'
import type { Session } from '../../sessions/session.ts'
import type { Siblings } from '../../store/siblings.ts'
import type { EventStream } from '../http/event-stream.ts'
import type { PostReply, PostReplyOptions, ReplyStream } from './post-reply.ts'
import { ResumableStream } from './resumable-stream.ts'

/**
 * Routes the messages of a Streamable HTTP session: those that belong to a request go to its stream, all others to the
 * client's GET stream. Each message is sent on one stream only.
 */
export class StreamableOutlet implements Outlet {
  readonly replies = new Map<RequestId, PostReply>()
  /** The options of all replies but the first; created on first use. */
  replyOptions: PostReplyOptions | undefined
  readonly #session: Session
  readonly #standalone: ResumableStream
  /** Streams of requests in flight, by number. */
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
    if (reply?.streams) return reply.send(message)
    const elsewhere = this.#standalone.carried ? undefined : this.#session.persisted?.siblings
    return elsewhere ? this.#sendBy(elsewhere, message) : this.#standalone.send(messageText(message))
  }

  /**
   * Sends a message that does not belong to a request through the process that has, or will have, the client's GET
   * stream.
   */
  #sendBy(siblings: Siblings, message: JsonRpcMessage): void {
    const { persisted } = this.#session
    if (!persisted || ('method' in message && isSentElsewhere(message, persisted.broadcasts))) return
    siblings.post(persisted.key, messageText(message))
  }

  /** Sends messages from another process on the client's GET stream here. */
  deliver(texts: readonly string[]): void {
    const { persisted } = this.#session
    if (!this.#standalone.carried || texts.length === 0) return
    for (const text of texts) void this.#standalone.send(text)
    persisted?.siblings?.sent(persisted.key, texts.length)
  }

  /**
   * Without a GET stream, the client can only receive a request on the stream of a call; the newest call is the most
   * likely one.
   */
  #asking(message: JsonRpcMessage): PostReply | undefined {
    if (!isRequest(message) || this.#standalone.carried) return undefined
    return [...this.replies.values()].findLast((reply) => reply.streams)
  }

  abandon(requestId: RequestId): void {
    this.replies.get(requestId)?.end()
    this.replies.delete(requestId)
  }

  /** Starts the stream of a request on its response. */
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

  /** Starts or restarts the GET stream. */
  listen(live: EventStream): void {
    this.#hold(live)
    this.#settle(live)
    // Clients of earlier revisions treat an event without data as an invalid message.
    this.#standalone.begin(live, this.#session.resumable)
  }

  /** Claims the session's GET stream for this process until it ends. */
  #settle(live: EventStream): void {
    const { persisted } = this.#session
    const siblings = persisted?.siblings
    if (!siblings) return
    live.onClose(() => this.#standalone.carried || siblings.dropped(persisted.key))
    void siblings.carry(persisted.key).then(({ texts, changes }) => {
      this.deliver(texts)
      for (const change of changes) this.tell(change)
    })
  }

  /** Sends a change that concerns all sessions, if the client's GET stream is here. */
  tell(change: Change): void {
    const { persisted } = this.#session
    if (!persisted?.broadcasts || !this.#standalone.carried) return
    if (change.kind === 'resource' && !persisted.memory.subscriptions.has(change.uri)) return
    void this.#standalone.send(messageText(messageOfChange(change)))
  }

  /**
   * Resumes a stream after the last event that the client received.
   * @param live opens the response; not called if there is nothing more to send.
   * @returns whether the id belongs to this session, and whether the stream was resumed, had ended, or was lost.
   */
  resume(lastEventId: string, live: () => EventStream): 'unknown' | 'ended' | 'lost' | 'resumed' {
    const { events } = this.#session
    const other = events.ofOther(lastEventId)
    if (other) return this.#resumeStored(other, live) ?? this.#resumeForeign(lastEventId, other.request, live)
    const found = events.find(lastEventId)
    if (!found) return 'unknown'
    const standalone = found.stream === this.#standalone.number
    const stream = standalone ? this.#standalone : this.#streams.get(found.stream)
    if (stream) {
      const response = live()
      if (standalone) this.#hold(response)
      if (standalone) this.#settle(response)
      // Although events in between were lost, the response may still arrive.
      stream.resume(response, found.next)
      return 'resumed'
    }
    return this.#replay(found, live)
  }

  /** Sends undelivered responses that the previous process stored. */
  #resumeStored(last: EventId, live: () => EventStream): 'resumed' | 'ended' | undefined {
    const left = this.#session.persisted?.will?.after(last)
    if (!left) return undefined
    if (left.length === 0) return 'ended'
    const response = live()
    for (const { data, id } of left) void response.send(data, 'message', id)
    response.end()
    return 'resumed'
  }

  /**
   * Resumes after an event of a previous process. Its pending request is answered with an error; it may have been
   * executed anyway.
   */
  #resumeForeign(id: string, request: EventId['request'], live: () => EventStream): 'lost' | 'resumed' {
    if (request === null) return 'lost'
    const response = live()
    if (request === undefined) {
      this.listen(response)
      // Changes while the stream was closed are unknown, so the client must read the resources again.
      for (const uri of this.#session.persisted?.memory.subscriptions ?? []) {
        const message = {
          jsonrpc: '2.0',
          method: 'notifications/resources/updated',
          params: { uri },
        } as const
        void this.#standalone.send(messageText(message))
      }
      return 'resumed'
    }
    void response.send(messageText(errorReply(request, errorCodes.internal, restartedMessage)), 'message', id)
    response.end()
    return 'resumed'
  }

  /** Replays the rest of a stream that has ended. */
  #replay({ stream, next }: StreamPosition, live: () => EventStream): 'ended' | 'lost' | 'resumed' {
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

  /** Ends the response of the GET stream; the client opens a new one. */
  endStreams(): void {
    this.#standalone.pause()
  }

  end(): void {
    for (const reply of this.replies.values()) reply.end()
    this.replies.clear()
    this.#standalone.end()
  }

  /** A session with an open stream counts as in use. */
  #hold(live: EventStream): void {
    this.#session.streams++
    this.#session.persisted?.onStream?.()
    live.onClose(() => {
      this.#session.streams--
      this.#session.lastSeen = now()
    })
  }
}

/**
 * Whether the process that has the client's stream sends this message by itself: changes are announced to all
 * processes, and messages outside calls, such as from a timer, originate in each of them.
 */
const isSentElsewhere = (
  { method, params }: JsonRpcNotification | JsonRpcRequest,
  broadcasts: boolean,
): boolean =>
  (broadcasts && tellsOfChange(method)) || (method === 'notifications/message' && isSaidEverywhere(params))

/** The error for a client that resumes a stream whose events are gone. */
export const lostMessage = 'What was sent on this stream is no longer kept: make the request again'

/** The error for a client that waits for a response of a process that is gone. */
export const restartedMessage =
  'The server has restarted: the call may or may not have been carried out, and was not repeated'

const lostAnswer = (request: RequestId | undefined, id: string): LoggedEvent => ({
  id,
  data: messageText(errorReply(request ?? null, errorCodes.server, lostMessage)),
})

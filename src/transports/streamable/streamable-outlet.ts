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
    if (reply?.streams) return reply.send(message)
    const elsewhere = this.#standalone.carried ? undefined : this.#session.persisted?.siblings
    return elsewhere ? this.#sendBy(elsewhere, message) : this.#standalone.send(messageText(message))
  }

  /** Sends what belongs to no request by the stream that the client has opened at another process, or will open. */
  #sendBy(siblings: Siblings, message: JsonRpcMessage): void {
    const { persisted } = this.#session
    if (!persisted || ('method' in message && isHeardElsewhere(message, persisted.broadcasts))) return
    siblings.post(persisted.key, messageText(message))
  }

  /** Sends what was said at another process, once it has arrived where the client has its stream. */
  deliver(texts: readonly string[]): void {
    const { persisted } = this.#session
    if (!this.#standalone.carried || texts.length === 0) return
    for (const text of texts) void this.#standalone.send(text)
    persisted?.siblings?.sent(persisted.key, texts.length)
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
    this.#settle(live)
    // Clients of earlier revisions take an event without data for a broken message.
    this.#standalone.begin(live, this.#session.resumable)
  }

  /** Has all that is for this stream sent here from now on, and elsewhere once it has ended. */
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

  /** Tells of a change that all sessions hear of, if the client has its stream here. */
  tell(change: Change): void {
    const { persisted } = this.#session
    if (!persisted?.broadcasts || !this.#standalone.carried) return
    if (change.kind === 'resource' && !persisted.memory.subscriptions.has(change.uri)) return
    void this.#standalone.send(messageText(messageOfChange(change)))
  }

  /**
   * Goes on with a stream after the event a client has received last.
   * @param live is called for the response to go on with, unless there is nothing more to send.
   * @returns whether the id was one of this session, and whether anything is left of its stream, or was.
   */
  resume(lastEventId: string, live: () => EventStream): 'unknown' | 'ended' | 'lost' | 'resumed' {
    const { events } = this.#session
    const other = events.ofOther(lastEventId)
    if (other) return this.#inherit(other, live) ?? this.#goOn(lastEventId, other.request, live)
    const found = events.find(lastEventId)
    if (!found) return 'unknown'
    const standalone = found.stream === this.#standalone.number
    const stream = standalone ? this.#standalone : this.#streams.get(found.stream)
    if (stream) {
      const response = live()
      if (standalone) this.#hold(response)
      if (standalone) this.#settle(response)
      // What was lost on the way is no reason to lose the answer, too.
      stream.resume(response, found.next)
      return 'resumed'
    }
    return this.#replay(found, live)
  }

  /** Sends what a process before this one could not, where it has left that. */
  #inherit(last: EventId, live: () => EventStream): 'resumed' | 'ended' | undefined {
    const left = this.#session.persisted?.will?.after(last)
    if (!left) return undefined
    if (left.length === 0) return 'ended'
    const response = live()
    for (const { data, id } of left) void response.send(data, 'message', id)
    response.end()
    return 'resumed'
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
    void response.send(messageText(errorReply(request, errorCodes.internal, restartedWords)), 'message', id)
    response.end()
    return 'resumed'
  }

  /** Sends what is left of a stream that has ended. */
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
    this.#session.persisted?.onStream?.()
    live.onClose(() => {
      this.#session.streams--
      this.#session.lastSeen = now()
    })
  }
}

/**
 * Whether a process where the client has its stream hears by itself of what is said here: of changes all are told, and
 * what no call says, such as a timer, is said in each.
 */
const isHeardElsewhere = (
  { method, params }: JsonRpcNotification | JsonRpcRequest,
  broadcasts: boolean,
): boolean =>
  (broadcasts && tellsOfChange(method)) || (method === 'notifications/message' && isSaidEverywhere(params))

/** Words of what was not kept, for whoever comes back for it. */
export const lostWords = 'What was sent on this stream is no longer kept: make the request again'

/** Words for whoever waits for an answer of a process that is gone. */
export const restartedWords =
  'The server has restarted: the call may or may not have been carried out, and was not repeated'

const lostAnswer = (request: RequestId | undefined, id: string): LoggedEvent => ({
  id,
  data: messageText(errorReply(request ?? null, errorCodes.server, lostWords)),
})

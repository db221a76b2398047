import type { ServerResponse } from 'node:http'
import { piecesWithCached } from '../../protocol/cached-text.ts'
import {
  isResponse,
  type JsonRpcMessage,
  type JsonRpcResponse,
  messageText,
  type RequestId,
} from '../../protocol/jsonrpc.ts'
import { type DeadlineNode, Deadlines } from '../http/deadlines.ts'
import { EventStream } from '../http/event-stream.ts'
import { replyPieces, replyText } from '../http/http-reply.ts'

/** Milliseconds after which an unanswered request gets a stream, which the client can resume and proxies keep open. */
const streamDelay = 250

/** The stream that a reply becomes: resumable within a session, or only this response. */
export interface ReplyStream {
  send(text: string): void | Promise<void>
  /** Ends the response; the stream continues when the client resumes it. */
  pause(): void
  end(): void
}

export interface PostReplyOptions {
  /** Always respond with one JSON body; other messages are then not sent on this response. */
  json: boolean
  headers: Record<string, string>
  dropped: (reason: string) => void
  /** The status of a JSON response; 200 by default. */
  status?: (answer: JsonRpcResponse) => number
  /** Creates the stream of a request on an opened response. */
  open(live: EventStream, request: RequestId): ReplyStream
}

/**
 * The reply to one POSTed request. A call that is answered quickly gets a plain JSON body, which is cheapest for both
 * sides; one that sends messages first, or takes longer, gets an event stream (2025-11-25, Sending 5).
 */
export class PostReply {
  readonly #response: ServerResponse
  readonly #request: RequestId
  readonly #options: PostReplyOptions
  readonly #waiting: DeadlineNode | undefined
  #stream: ReplyStream | undefined
  #done = false

  /** @param options may be shared by all replies of a session. */
  constructor(response: ServerResponse, request: RequestId, options: PostReplyOptions) {
    this.#response = response
    this.#request = request
    this.#options = options
    this.#waiting = options.json ? undefined : waiting.wait(this)
  }

  /** Whether messages other than the response can be sent on this reply, or wait there for the client. */
  get streams(): boolean {
    if (this.#options.json || this.#done) return false
    return this.#stream !== undefined || !this.#response.destroyed
  }

  send(message: JsonRpcMessage): void | Promise<void> {
    if (this.#done) return
    if (isResponse(message)) return this.#finish(message)
    return this.#open()?.send(messageText(message))
  }

  /** Switches to a stream because the response takes too long. */
  switchToStream(): void {
    this.#open()
  }

  /** Ends the HTTP response early; the client resumes the stream for the rest. */
  pause(): void {
    if (this.streams) this.#open()?.pause()
  }

  /** Ends the HTTP response without a result: the request was cancelled, or the session ended. */
  end(): void {
    if (this.#done) return
    this.#done = true
    this.#waited()
    const { json, headers, dropped } = this.#options
    if (this.#stream) this.#stream.end()
    else if (json) this.#response.writeHead(204, headers).end()
    // Without an event id, since there is nothing to resume.
    else new EventStream(this.#response, headers, dropped).end()
  }

  #finish(message: JsonRpcResponse): void {
    this.#done = true
    this.#waited()
    const { headers, status } = this.#options
    // A web-standard response would become a stream if it were written in pieces.
    const pieces = this.#stream || !this.#response.socket ? undefined : piecesWithCached(message)
    if (pieces) return replyPieces(this.#response, pieces, headers)
    if (!this.#stream)
      return replyText(this.#response, status?.(message) ?? 200, messageText(message), headers)
    void this.#stream.send(messageText(message))
    this.#stream.end()
  }

  #waited(): void {
    if (this.#waiting) waiting.done(this.#waiting)
  }

  /** A client that disconnected before it got an event id cannot resume, so no stream is opened. */
  #open(): ReplyStream | undefined {
    this.#waited()
    if (!this.#stream && !this.#response.destroyed) {
      const { headers, dropped, open } = this.#options
      this.#stream = open(new EventStream(this.#response, headers, dropped), this.#request)
    }
    return this.#stream
  }
}

/** Replies that have not been answered yet. */
const waiting = new Deadlines<PostReply>(streamDelay, (reply) => reply.switchToStream())

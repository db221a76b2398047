import type { ServerResponse } from 'node:http'
import { piecesWithCached } from '../../protocol/cached-text.ts'
import {
  isResponse,
  type JsonRpcMessage,
  type JsonRpcResponse,
  messageText,
  type RequestId,
} from '../../protocol/jsonrpc.ts'
import { Deadlines, type Waiting } from '../http/deadlines.ts'
import { EventStream } from '../http/event-stream.ts'
import { replyPieces, replyText } from '../http/http-reply.ts'

/** Milliseconds after which an unanswered request gets a stream, which the client can resume and proxies see. */
const patience = 250

/** The stream that a reply turns into: of a session, where it can be resumed, or of this one response. */
export interface ReplyStream {
  send(text: string): void | Promise<void>
  /** Ends the response; the rest of the stream waits for the client to come back. */
  pause(): void
  end(): void
}

export interface PostReplyOptions {
  /** Answer with one JSON body whatever happens; messages on the way are then not for this response. */
  json: boolean
  headers: Record<string, string>
  dropped: (reason: string) => void
  /** The status of an answer that is a JSON body; 200 by default. */
  status?: (answer: JsonRpcResponse) => number
  /** Makes a stream of a response that has been opened for one, for this request. */
  open(live: EventStream, request: RequestId): ReplyStream
}

/**
 * The answer to one POSTed request. A call that is answered at once gets a plain JSON body, the cheapest form
 * for both sides; one that reports on the way, or takes its time, gets an event stream (2025-11-25, Sending 5).
 */
export class PostReply {
  readonly #response: ServerResponse
  readonly #request: RequestId
  readonly #options: PostReplyOptions
  readonly #waiting: Waiting | undefined
  #stream: ReplyStream | undefined
  #done = false

  /** @param options may be those of all replies of a session. */
  constructor(response: ServerResponse, request: RequestId, options: PostReplyOptions) {
    this.#response = response
    this.#request = request
    this.#options = options
    this.#waiting = options.json ? undefined : waiting.wait(this)
  }

  /** Whether messages other than the answer can travel on this reply, or wait on it for the client. */
  get streams(): boolean {
    if (this.#options.json || this.#done) return false
    return this.#stream !== undefined || !this.#response.destroyed
  }

  send(message: JsonRpcMessage): void | Promise<void> {
    if (this.#done) return
    if (isResponse(message)) return this.#finish(message)
    return this.#open()?.send(messageText(message))
  }

  /** Gives up waiting for an answer in one piece. */
  lostPatience(): void {
    this.#open()
  }

  /** Ends the response before the answer, which the client comes back for. */
  pause(): void {
    if (this.streams) this.#open()?.pause()
  }

  /** Ends the response without an answer: the request was cancelled, or the session is over. */
  end(): void {
    if (this.#done) return
    this.#done = true
    this.#waited()
    const { json, headers, dropped } = this.#options
    if (this.#stream) this.#stream.end()
    else if (json) this.#response.writeHead(204, headers).end()
    // Without an event id, since there is nothing to come back for.
    else new EventStream(this.#response, headers, dropped).end()
  }

  #finish(message: JsonRpcResponse): void {
    this.#done = true
    this.#waited()
    const { headers, status } = this.#options
    // Of a response that is none of Node's, what is written in pieces becomes a stream.
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

  /** A client that left before it was given an event id cannot come back, so there is nothing to open for it. */
  #open(): ReplyStream | undefined {
    this.#waited()
    if (!this.#stream && !this.#response.destroyed) {
      const { headers, dropped, open } = this.#options
      this.#stream = open(new EventStream(this.#response, headers, dropped), this.#request)
    }
    return this.#stream
  }
}

/** Replies to requests that are not answered yet. */
const waiting = new Deadlines<PostReply>(patience, (reply) => reply.lostPatience())

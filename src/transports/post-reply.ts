import type { ServerResponse } from 'node:http'
import { isResponse, type JsonRpcMessage } from '../jsonrpc.ts'
import { EventStream } from './event-stream.ts'
import { replyJson } from './http-reply.ts'

/** Milliseconds after which an unanswered request gets a stream, so that proxies see it is alive. */
const patience = 1_000

export interface PostReplyOptions {
  /** Answer with one JSON body whatever happens; messages on the way are then not for this response. */
  json: boolean
  headers: Record<string, string>
  dropped: (reason: string) => void
}

/**
 * The answer to one POSTed request. A call that is answered at once gets a plain JSON body, the cheapest form
 * for both sides; one that reports on the way, or takes its time, gets an event stream (2025-11-25, Sending 5).
 */
export class PostReply {
  readonly #response: ServerResponse
  readonly #options: PostReplyOptions
  readonly #patience: NodeJS.Timeout | undefined
  #stream: EventStream | undefined
  #done = false

  constructor(response: ServerResponse, options: PostReplyOptions) {
    this.#response = response
    this.#options = options
    if (!options.json) this.#patience = setTimeout(() => this.#open(), patience)
  }

  /** Whether messages other than the answer can travel on this response. */
  get streams(): boolean {
    return !this.#options.json && !this.#done && !this.#response.destroyed
  }

  send(message: JsonRpcMessage): void | Promise<void> {
    if (this.#done) return
    if (isResponse(message)) return this.#finish(message)
    return this.#open().send(JSON.stringify(message))
  }

  /** Ends the response without an answer: the request was cancelled, or the session is over. */
  end(): void {
    if (this.#done) return
    this.#done = true
    clearTimeout(this.#patience)
    if (this.#stream || !this.#options.json) this.#open().end()
    else this.#response.writeHead(204, this.#options.headers).end()
  }

  #finish(message: JsonRpcMessage): void {
    this.#done = true
    clearTimeout(this.#patience)
    if (!this.#stream) return replyJson(this.#response, 200, message, this.#options.headers)
    void this.#stream.send(JSON.stringify(message))
    this.#stream.end()
  }

  #open(): EventStream {
    clearTimeout(this.#patience)
    this.#stream ??= new EventStream(this.#response, this.#options.headers, this.#options.dropped)
    return this.#stream
  }
}

import { within } from '../../process/clock.ts'
import { isRecord, isRequest, type JsonRpcMessage } from '../../protocol/jsonrpc.ts'

/** Milliseconds that calls wait for the stream: servers may respond to its request only with the first message. */
const limit = 1_000

/** Client capabilities for requests of servers. */
const askable = ['elicitation', 'sampling', 'roots']

/**
 * Detects when a remote server has the stream for its requests: the official client opens it after initialization,
 * concurrently with the first call, and some servers drop requests before it is open.
 */
export class OwnStream {
  readonly #open: Promise<void>
  #opened: () => void = () => undefined
  #asked = false
  #waited = false

  constructor() {
    this.#open = new Promise((resolve) => {
      this.#opened = resolve
    })
  }

  /** Whether this message must wait for it: the first call of a client that supports server requests. */
  holds(message: JsonRpcMessage): boolean {
    if (!isRequest(message)) return false
    if (message.method === 'initialize') this.#asked = canBeAsked(message.params)
    return this.#asked && !this.#waited && message.method === 'tools/call'
  }

  /** Resolves once the stream is open, or will not be for now. */
  async opened(): Promise<void> {
    await within(this.#open, limit, undefined)
    this.#waited = true
  }

  /** A fetch that notes when the stream request got any response. */
  noting(fetch: typeof globalThis.fetch): typeof globalThis.fetch {
    return async (input, init) => {
      try {
        return await fetch(input, init)
      } finally {
        if (init?.method === 'GET') this.#opened()
      }
    }
  }
}

function canBeAsked(params: Record<string, unknown> | undefined): boolean {
  const capabilities = params?.capabilities
  return isRecord(capabilities) && askable.some((one) => one in capabilities)
}

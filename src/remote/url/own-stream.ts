import { within } from '../../process/clock.ts'
import { isRecord, isRequest, type JsonRpcMessage } from '../../protocol/jsonrpc.ts'

/** Milliseconds that calls wait for the stream: servers may answer its request only when they have something to say. */
const limit = 1_000

/** What a client can be asked for. */
const askable = ['elicitation', 'sampling', 'roots']

/**
 * Tells when a remote server has the stream on which it can ask: the official client opens it after its introduction,
 * at the same time as the first call, and what a server asks before it is there, some servers drop.
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

  /** Whether this message has to wait for it: the first call of a client that can be asked something. */
  holds(message: JsonRpcMessage): boolean {
    if (!isRequest(message)) return false
    if (message.method === 'initialize') this.#asked = canBeAsked(message.params)
    return this.#asked && !this.#waited && message.method === 'tools/call'
  }

  /** Resolves once the stream is there, or will not be for now. */
  async opened(): Promise<void> {
    await within(this.#open, limit, undefined)
    this.#waited = true
  }

  /** Fetches, and notes when the stream has been answered, whatever with. */
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

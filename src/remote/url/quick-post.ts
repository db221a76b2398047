import { isRecord, isRequestId, type JsonRpcRequest, type JsonRpcResult } from '../../protocol/jsonrpc.ts'
import { claimedVersion } from '../../protocol/protocol-versions.ts'
import { plainHeaders } from '../../transports/web/web-headers.ts'
import { WholeAnswer } from './whole-answer.ts'

type Fetch = typeof globalThis.fetch

/** The session properties of the official transport. */
export interface SessionOf {
  readonly sessionId?: string | undefined
  readonly protocolVersion?: string | undefined
}

/**
 * Posts requests itself if the response is a single JSON result, as nearly all are: the official transport validates
 * every message with several schemas, which takes as long as all the rest. Any other response is handed to that
 * transport, whose fetch then returns it without posting again.
 */
export class QuickPost {
  readonly #url: URL
  readonly #headers: Readonly<Record<string, string>>
  readonly #fetch: Fetch
  /** Responses by their request body. */
  readonly #handed = new Map<string, Response>()

  /**
   * @param headers additional headers of every request.
   * @param fetch the official transport's fetch.
   */
  constructor(url: URL, headers: Readonly<Record<string, string>>, fetch: Fetch) {
    this.#url = url
    this.#headers = plainHeaders(new Headers(headers))
    this.#fetch = fetch
  }

  /** The fetch for the official transport, which returns responses that were fetched for it. */
  readonly fetch: Fetch = async (input, init) => {
    const body = init?.body
    const handed = this.#handed.size > 0 && typeof body === 'string' ? this.#handed.get(body) : undefined
    if (!handed) return this.#fetch(input, init)
    this.#handed.delete(body as string)
    return handed
  }

  /** Whether it can post a request: not if the official transport has more to do for it. */
  takes(message: JsonRpcRequest): boolean {
    return message.method !== 'initialize' && claimedVersion(message) === undefined
  }

  /**
   * @returns the response; undefined if the official transport must send the same message next, and will get the
   * response.
   * @throws the error of the fetch.
   */
  async post(
    message: JsonRpcRequest,
    { sessionId, protocolVersion }: SessionOf,
    signal: AbortSignal,
  ): Promise<JsonRpcResult | undefined> {
    const body = JSON.stringify(message)
    const headers = {
      ...this.#headers,
      ...(sessionId && { 'mcp-session-id': sessionId }),
      ...(protocolVersion && { 'mcp-protocol-version': protocolVersion }),
      'content-type': 'application/json',
      accept: accepted(this.#headers.accept),
    }
    const response = await this.#fetch(this.#url, {
      method: 'POST',
      headers,
      body,
      signal,
      redirect: 'manual',
    })
    const result = response instanceof WholeAnswer ? resultIn(response) : undefined
    if (!result) this.#handed.set(body, response)
    return result
  }
}

/** Added to the user's own value, as in the official transport. */
const accepted = (own: string | undefined): string => {
  const types = own?.split(',').map((type) => type.trim().toLowerCase()) ?? []
  return [...new Set([...types, 'application/json', 'text/event-stream'])].join(', ')
}

/** The single result of a response; undefined for anything that the official schemas might reject. */
function resultIn(answer: WholeAnswer): JsonRpcResult | undefined {
  if (answer.status !== 200) return undefined
  try {
    const value: unknown = JSON.parse(answer.wholeText())
    if (!isRecord(value) || value.jsonrpc !== '2.0' || Object.keys(value).length !== 3) return undefined
    const { id, result } = value
    if (!isRequestId(id) || !isRecord(result) || '_meta' in result) return undefined
    return { jsonrpc: '2.0', id, result }
  } catch {
    return undefined
  }
}

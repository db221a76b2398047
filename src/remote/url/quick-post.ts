import { isRecord, isRequestId, type JsonRpcRequest, type JsonRpcResult } from '../../protocol/jsonrpc.ts'
import { claimedVersion } from '../../protocol/protocol-versions.ts'
import { plainHeaders } from '../../transports/web/web-headers.ts'
import { WholeAnswer } from './whole-answer.ts'

type Fetch = typeof globalThis.fetch

/** What a request to a session says of it, as the official transport keeps it. */
export interface SessionOf {
  readonly sessionId?: string | undefined
  readonly protocolVersion?: string | undefined
}

/**
 * Posts requests itself where the answer is one result in JSON, as nearly all are: the official transport checks every
 * message by several schemas, which takes as long as all the rest. Any other answer is handed to that transport, which
 * then posts nothing: it is given the answer in place of one that it would fetch.
 */
export class QuickPost {
  readonly #url: URL
  readonly #headers: Readonly<Record<string, string>>
  readonly #fetch: Fetch
  /** Answers by the body that they belong to. */
  readonly #handed = new Map<string, Response>()

  /**
   * @param headers what every request carries besides.
   * @param fetch what the official transport fetches by.
   */
  constructor(url: URL, headers: Readonly<Record<string, string>>, fetch: Fetch) {
    this.#url = url
    this.#headers = plainHeaders(new Headers(headers))
    this.#fetch = fetch
  }

  /** What the official transport is to fetch by instead: it finds what has been fetched for it. */
  readonly fetch: Fetch = async (input, init) => {
    const body = init?.body
    const handed = this.#handed.size > 0 && typeof body === 'string' ? this.#handed.get(body) : undefined
    if (!handed) return this.#fetch(input, init)
    this.#handed.delete(body as string)
    return handed
  }

  /** Whether the official transport has more to do for a request than to post it. */
  takes(message: JsonRpcRequest): boolean {
    return message.method !== 'initialize' && claimedVersion(message) === undefined
  }

  /**
   * @returns the answer; nothing where the official transport is to send the same message at once, and will have the answer.
   * @throws what fetching it has failed with.
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

/** Beside what the user asks for, as the official transport does it. */
const accepted = (own: string | undefined): string => {
  const types = own?.split(',').map((type) => type.trim().toLowerCase()) ?? []
  return [...new Set([...types, 'application/json', 'text/event-stream'])].join(', ')
}

/** The one result that an answer holds; nothing for whatever the official schemas may have something against. */
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

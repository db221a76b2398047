import { byteWords } from '../../../terminal/byte-words.ts'
import { messageOf } from '../../../terminal/errors.ts'

// Taken when this is loaded, for servers in which no thread of ours can be started.
const { fetch } = globalThis
const { parse } = JSON

/** An answer in JSON. */
export interface FetchedJson {
  readonly status: number
  /** Absent when the body is not JSON. */
  readonly value: unknown
}

/**
 * Fetches JSON. Redirects are not followed, since what is fetched here decides who comes in.
 * @param signal ends it.
 * @param limit bytes that are read.
 * @throws Error in words that follow the address, for what could not be reached or read.
 */
export async function fetchJson(
  url: string,
  { signal, limit }: { signal: AbortSignal; limit: number },
  init: Pick<RequestInit, 'method' | 'headers' | 'body'> = {},
): Promise<FetchedJson> {
  try {
    const headers = { accept: 'application/json', ...(init.headers as Record<string, string> | undefined) }
    const response = await fetch(url, { ...init, headers, signal, redirect: 'manual' })
    const text = await textOf(response, limit)
    return { status: response.status, value: parsed(text) }
  } catch (error) {
    if (signal.aborted) throw new Error('has not answered in time')
    if (error instanceof TooLong) throw error
    const cause = error instanceof Error ? error.cause : undefined
    throw new Error(`cannot be reached: ${cause instanceof Error ? messageOf(cause) : messageOf(error)}`)
  }
}

class TooLong extends Error {}

async function textOf({ body }: Response, limit: number): Promise<string> {
  const chunks: Uint8Array[] = []
  let size = 0
  const reader = body?.getReader()
  while (reader) {
    const { done, value } = await reader.read()
    if (done) break
    size += value.length
    if (size > limit) {
      void reader.cancel().catch(() => undefined)
      throw new TooLong(`has sent more than ${byteWords(limit)}`)
    }
    chunks.push(value)
  }
  return Buffer.concat(chunks).toString('utf8')
}

function parsed(text: string): unknown {
  try {
    return parse(text)
  } catch {
    return undefined
  }
}

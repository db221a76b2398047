import { Readable } from 'node:stream'
import type { NamedProxy } from '../../../process/proxy/named-proxy.ts'
import { connectionWords } from '../../../process/proxy/proxy-fault.ts'
import { proxyFor } from '../../../process/proxy/proxy-for.ts'
import { byteWords } from '../../../terminal/byte-words.ts'
import { messageOf } from '../../../terminal/errors.ts'

// Captured when this module loads, for servers in which our thread cannot be started.
const { fetch } = globalThis
const { parse } = JSON

/** Request options besides the URL. */
interface Asking {
  readonly method?: 'GET' | 'POST'
  readonly headers?: Readonly<Record<string, string>>
  readonly body?: string
}

/** A JSON response. */
export interface FetchedJson {
  readonly status: number
  /** Absent when the body is not JSON. */
  readonly value: unknown
}

/**
 * Fetches JSON, through the proxy that the environment names for the host. Redirects are not followed, since what is
 * fetched here decides who is admitted.
 * @param signal aborts the request.
 * @param limit maximum bytes that are read.
 * @throws Error whose message follows the URL, if it could not be reached or read.
 */
export async function fetchJson(
  url: string,
  { signal, limit }: { signal: AbortSignal; limit: number },
  asking: Asking = {},
): Promise<FetchedJson> {
  try {
    const headers = { accept: 'application/json', ...asking.headers }
    const proxy = proxyFor(new URL(url), process.env)
    const { status, body } = proxy
      ? await byProxy(proxy, url, { ...asking, headers }, signal)
      : await fetch(url, { ...asking, headers, signal, redirect: 'manual' })
    return { status, value: parsed(await textOf(body, limit)) }
  } catch (error) {
    if (signal.aborted) throw new Error('has not answered in time')
    if (error instanceof TooLong) throw error
    const cause = error instanceof Error ? (error.cause ?? error) : error
    throw new Error(`cannot be reached: ${connectionWords(error) ?? messageOf(cause)}`)
  }
}

type Body = ReadableStream<Uint8Array> | null

async function byProxy(
  proxy: NamedProxy,
  url: string,
  { method = 'GET', headers = {}, body }: Asking,
  signal: AbortSignal,
): Promise<{ status: number; body: Body }> {
  const { requestByProxy } = await import('../../../process/proxy/request-by-proxy.ts')
  const answer = await requestByProxy(proxy, new URL(url), { method, headers, body, signal })
  return { status: answer.statusCode ?? 0, body: Readable.toWeb(answer) as Body }
}

class TooLong extends Error {}

async function textOf(body: Body, limit: number): Promise<string> {
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

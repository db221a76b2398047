import { isRecord, isRequestId, type RequestId } from '../../protocol/jsonrpc.ts'
import type { TruncatedMessage } from '../../protocol/truncated-message.ts'
import { byteWords } from '../../terminal/byte-words.ts'
import { EventBound } from './event-bound.ts'

/** A remote server's answer that is larger than it may be. */
export class AnswerTooLong extends Error {
  constructor(limit: number) {
    super(`it is longer than ${byteWords(limit)}`)
  }
}

/** Bytes kept of an error that is longer than an answer may be. */
const faultLimit = 64 * 1024

/**
 * Fetches answers of so many bytes at the most: of a stream, each event of it.
 * @param limit bytes.
 * @param lost is told of an event that is too long; returns the event to put in its place, if any.
 * @throws AnswerTooLong when a whole body is.
 */
export function boundedFetch(
  limit: number,
  lost: (message: TruncatedMessage, error: AnswerTooLong) => string | undefined,
): typeof globalThis.fetch {
  return async (input, init) => {
    const response = await globalThis.fetch(input, init)
    const { body } = response
    if (!body) return response
    if (!isEventStream(response)) return remade(response, await wholeOf(response, limit))
    const bound = new EventBound(limit, (cut) => {
      const known = cut.id !== undefined || cut.method !== undefined
      // Of what nobody can read, the stream says whom it was for, if it is that of one request.
      const id = known ? cut.id : idIn(init?.body)
      return lost({ ...cut, ...(id !== undefined && { id }) }, new AnswerTooLong(limit))
    })
    return remade(response, body.pipeThrough(new TransformStream(bound)))
  }
}

export const isEventStream = ({ headers }: Response): boolean =>
  headers.get('content-type')?.startsWith('text/event-stream') === true

/** The same response with another body. */
export function remade(
  response: Response,
  body: ReadableStream<Uint8Array> | Uint8Array<ArrayBuffer>,
): Response {
  const made = new Response(hasBody(response) ? body : null, response)
  // A response that is made has no address, and where a redirect has led is of interest.
  for (const name of ['url', 'redirected'] as const) {
    Object.defineProperty(made, name, { value: response[name] })
  }
  return made
}

const hasBody = ({ status }: Response) => ![101, 204, 205, 304].includes(status)

async function wholeOf(response: Response, limit: number): Promise<Uint8Array<ArrayBuffer>> {
  const { body, headers, ok } = response
  const reader = body?.getReader()
  const chunks: Uint8Array[] = []
  const announced = Number(headers.get('content-length'))
  let size = announced > limit ? announced : 0
  while (reader && size <= limit) {
    const { done, value } = await reader.read()
    if (done) break
    size += value.length
    chunks.push(value)
  }
  // Nobody waits for the rest.
  if (size > limit) void reader?.cancel().catch(() => undefined)
  if (size > limit && ok) throw new AnswerTooLong(limit)
  // Of a page that says what is wrong, the beginning will do.
  const whole = Buffer.concat(chunks)
  return new Uint8Array(size > limit ? whole.subarray(0, faultLimit) : whole)
}

/** The id of the request that was sent, if it was one. */
function idIn(body: unknown): RequestId | undefined {
  try {
    const sent: unknown = JSON.parse(String(body))
    return isRecord(sent) && isRequestId(sent.id) ? sent.id : undefined
  } catch {
    return undefined
  }
}

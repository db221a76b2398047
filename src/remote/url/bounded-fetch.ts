import { isRecord, isRequestId, type RequestId } from '../../protocol/jsonrpc.ts'
import { type TruncatedMessage, truncated } from '../../protocol/truncated-message.ts'
import { AnswerTooLong } from './answer-too-long.ts'
import { directFetch } from './direct-fetch.ts'
import { WholeAnswer } from './whole-answer.ts'

/** Maximum bytes of an error body that are read. */
const faultLimit = 64 * 1024

/**
 * Fetches with a size limit, which applies to each event of a stream.
 * @param limit bytes.
 * @param lost is called for an event that is too long; may return a replacement event.
 * @param fetch the underlying fetch.
 * @throws AnswerTooLong for a body that is too long.
 */
export function boundedFetch(
  limit: number,
  lost: (message: TruncatedMessage, error: AnswerTooLong) => string | undefined,
  fetch = directFetch(limit),
): typeof globalThis.fetch {
  return async (input, init) => {
    const response = await fetch(input, init)
    if (response instanceof WholeAnswer) return response
    const { body } = response
    if (!body) return response
    if (!isEventStream(response)) return remade(response, await bodyOf(response, limit))
    const bound = new EventBound(limit, (cut) => {
      const known = cut.id !== undefined || cut.method !== undefined
      // The id of an unreadable message is known if the stream belongs to one request.
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
  // A constructed response has no URL, which is needed after redirects.
  for (const name of ['url', 'redirected'] as const) {
    Object.defineProperty(made, name, { value: response[name] })
  }
  return made
}

const hasBody = ({ status }: Response) => ![101, 204, 205, 304].includes(status)

async function bodyOf(response: Response, limit: number): Promise<Uint8Array<ArrayBuffer>> {
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
  // The rest is not needed.
  if (size > limit) void reader?.cancel().catch(() => undefined)
  if (size > limit && ok) throw new AnswerTooLong(limit)
  // The beginning of an error page is sufficient.
  const whole = Buffer.concat(chunks)
  return new Uint8Array(size > limit ? whole.subarray(0, faultLimit) : whole)
}

/** The id of the request in a body, if it is one. */
function idIn(body: unknown): RequestId | undefined {
  try {
    const sent: unknown = JSON.parse(String(body))
    return isRecord(sent) && isRequestId(sent.id) ? sent.id : undefined
  } catch {
    return undefined
  }
}

/** Bytes that are retained of either end of an oversized event; half of the minimum limit. */
const edge = 512
const [lineFeed, carriageReturn] = [10, 13]

/**
 * Passes on server-sent events except oversized ones. Each event is passed on in one chunk, since the official client's
 * parser rescans the event with every chunk.
 */
class EventBound {
  readonly #limit: number
  readonly #lost: (message: TruncatedMessage) => string | undefined
  #parts: Uint8Array[] = []
  #size = 0
  #lineLength = 0
  #before = 0

  /** @param lost is called for each dropped event; may return a replacement. */
  constructor(limit: number, lost: (message: TruncatedMessage) => string | undefined) {
    this.#limit = limit
    this.#lost = lost
  }

  transform(chunk: Uint8Array, controller: TransformStreamDefaultController<Uint8Array>): void {
    let start = 0
    while (start < chunk.length) {
      const end = this.#endOfEvent(chunk, start)
      this.#hold(chunk.subarray(start, end))
      if (end === undefined) return
      this.flush(controller)
      start = end
    }
  }

  /** Passes on an incomplete last event unchanged. */
  flush(controller: TransformStreamDefaultController<Uint8Array>): void {
    const [parts, size] = [this.#parts, this.#size]
    this.#parts = []
    this.#size = 0
    if (size === 0) return
    if (size <= this.#limit) return controller.enqueue(joined(parts))
    const [head = nothing, tail = nothing] = parts
    const [, data = ''] = /(?:^|[\r\n])data: ?([^\r\n]*)/.exec(textOf(head)) ?? []
    const instead = this.#lost(truncated(data, textOf(tail).trimEnd()))
    if (instead !== undefined) controller.enqueue(new TextEncoder().encode(`data: ${instead}\n\n`))
  }

  /**
   * Where the event that continues at `start` ends in this chunk, which is after an empty line (HTML, Server-sent
   * events).
   */
  #endOfEvent(chunk: Uint8Array, start: number): number | undefined {
    for (let at = start; at < chunk.length; at++) {
      const byte = chunk[at] ?? 0
      const before = this.#before
      this.#before = byte
      if (byte !== lineFeed && byte !== carriageReturn) this.#lineLength++
      else if (byte === carriageReturn || before !== carriageReturn) {
        const ended = this.#lineLength === 0
        this.#lineLength = 0
        if (ended) return at + 1
      }
    }
    return undefined
  }

  /** Retains both ends of an oversized event. */
  #hold(part: Uint8Array): void {
    this.#size += part.length
    this.#parts.push(part)
    if (this.#size <= this.#limit) return
    const whole = joined(this.#parts)
    this.#parts = [whole.slice(0, edge), whole.slice(-edge)]
  }
}

const nothing = new Uint8Array()
const joined = (parts: readonly Uint8Array[]) =>
  parts.length === 1 ? (parts[0] ?? nothing) : Buffer.concat(parts)
const textOf = (bytes: Uint8Array) => new TextDecoder().decode(bytes)

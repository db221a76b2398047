import { isRecord, isRequestId, type RequestId } from '../../protocol/jsonrpc.ts'
import { type TruncatedMessage, truncated } from '../../protocol/truncated-message.ts'
import { AnswerTooLong } from './answer-too-long.ts'
import { directFetch } from './direct-fetch.ts'
import { WholeAnswer } from './whole-answer.ts'

/** Bytes kept of an error that is longer than an answer may be. */
const faultLimit = 64 * 1024

/**
 * Fetches answers of so many bytes at the most: of a stream, each event of it.
 * @param limit bytes.
 * @param lost is told of an event that is too long; returns the event to put in its place, if any.
 * @param fetch what fetches them.
 * @throws AnswerTooLong when a whole body is.
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

/** Bytes kept of either end of an event that is too long; half of the least limit there is. */
const edge = 512
const [lineFeed, carriageReturn] = [10, 13]

/**
 * Passes a stream of server-sent events on, but for those of more bytes than a limit. Each goes on in one piece: the
 * official client's parser begins again with every piece of an event.
 */
class EventBound {
  readonly #limit: number
  readonly #lost: (message: TruncatedMessage) => string | undefined
  #parts: Uint8Array[] = []
  #size = 0
  #lineLength = 0
  #before = 0

  /** @param lost is told of each event that was left out; returns one to put in its place, if any. */
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

  /** What ends without an empty line goes on as it is. */
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

  /** Where the event that goes on at `start` ends in this chunk; an empty line ends it (HTML, Server-sent events). */
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

  /** Of an event that is too long its two ends are kept. */
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

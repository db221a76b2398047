import type { IncomingMessage, ServerResponse } from 'node:http'
import { isTooDeep, tooDeep } from '../../protocol/json-text.ts'
import { asMessage, errorCodes, type JsonRpcMessage, messageFault, usableId } from '../../protocol/jsonrpc.ts'
import { idIn } from '../../protocol/truncated-message.ts'
import { Deadlines } from './deadlines.ts'
import { refuse } from './http-reply.ts'

/** A request body that cannot be accepted, with the status that says why. */
export class BodyError extends Error {
  readonly status: number

  constructor(status: number, message: string) {
    super(message)
    this.status = status
  }
}

/** Bytes accepted in one request unless told otherwise, the default of the official SDK too. */
export const bodyLimit = 4 * 1024 * 1024

/** Milliseconds that a body may take to arrive: the limit of our own listener, for whoever's server we are mounted in. */
export const bodyTime = 60_000

/** How to refuse each that has not arrived yet. */
const arriving = new Deadlines<() => void>(bodyTime, (refuse) => refuse())

/** Reads one JSON-RPC message of so many bytes at the most, or refuses the request and returns nothing. */
export async function readMessage(
  request: IncomingMessage,
  response: ServerResponse,
  limit: number,
): Promise<JsonRpcMessage | undefined> {
  let value: unknown
  try {
    const text = await readBody(request, limit)
    if (isTooDeep(text)) {
      refuse(response, 400, `Invalid request: ${tooDeep}`, {
        code: errorCodes.invalidRequest,
        id: idIn(text),
      })
      return undefined
    }
    value = JSON.parse(text)
  } catch (error) {
    if (error instanceof BodyError) refuse(response, error.status, error.message)
    else refuse(response, 400, 'Parse error: the body is not JSON', { code: errorCodes.parse })
    return undefined
  }
  const fault = messageFault(value)
  if (fault === undefined) return asMessage(value)
  refuse(response, 400, `Invalid request: ${fault}`, { code: errorCodes.invalidRequest, id: usableId(value) })
  return undefined
}

/**
 * Reads a JSON body. Bytes are counted as they arrive, since chunked requests announce no length.
 * @throws BodyError 415 for another media type, 413 beyond the limit, 408 when it takes longer than `bodyTime`, 400 when
 *   the body is cut off, 503 when it gave way to others.
 */
function readBody(request: IncomingMessage, limit: number): Promise<string> {
  const type = request.headers['content-type']
  if (!type || !isJson(type)) return refused(415, 'Content-Type must be application/json')
  const encoding = request.headers['content-encoding']
  if (encoding && encoding !== 'identity') return refused(415, 'Content-Encoding is not supported')
  if (Number(request.headers['content-length']) > limit) return refused(413, tooLarge(limit))
  return readText(request, limit)
}

/** What a client is told whose body is too large. */
const tooLarge = (limit: number): string => `The body is larger than ${limit} bytes (--max-body)`

const refused = (status: number, message: string) => Promise.reject(new BodyError(status, message))

function isJson(type: string): boolean {
  if (type === 'application/json') return true
  const [media = '', ...parameters] = type.toLowerCase().split(';')
  if (media.trim() !== 'application/json') return false
  const charset = parameters.map((part) => part.trim()).find((part) => part.startsWith('charset='))
  return charset === undefined || /^charset="?utf-?8"?$/.test(charset)
}

/**
 * Nothing may come of a body before the request has ended, although all of it is there with the headers: Node runs what waits
 * while its parser is still at the body, and would take what user code throws then for a fault of the request.
 */
function readText(request: IncomingMessage, limit: number): Promise<string> {
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = []
    let reading = true
    const done = () => {
      reading = false
      arriving.done(waiting)
      held.release()
    }
    const refuse = (status: number, message: string) => {
      // Every request closes in the end, and an error that nobody hears of is dear to make.
      if (!reading) return
      done()
      chunks.length = 0
      reject(new BodyError(status, message))
    }
    const held = new HeldBody(limit, () => refuse(503, 'Too much data is being sent at once'))
    const late = () => refuse(408, 'The request took too long')
    const waiting = arriving.wait(late)
    request.on('data', (chunk: Buffer) => {
      // Who is sent away in mid-sentence may never hear why: the rest is taken, and thrown away.
      if (!reading) return
      if (held.size + chunk.length > limit) return refuse(413, tooLarge(limit))
      chunks.push(chunk)
      held.add(chunk.length)
    })
    request.on('end', () => {
      if (!reading) return
      done()
      const [whole] = chunks.length > 1 ? [Buffer.concat(chunks)] : chunks
      resolve(whole?.toString('utf8') ?? '')
    })
    const cutOff = () => refuse(400, 'The body was cut off')
    request.on('error', cutOff)
    request.on('close', cutOff)
    // It has told so already, while the caller was being checked.
    if (request.destroyed) cutOff()
  })
}

/** Bytes of requests that may be half read at once, all clients together; of two whole ones if that is more. */
const heldLimit = 64 * 1024 * 1024
/** Bytes of one that count for nothing: most requests are read in one piece. */
const small = 64 * 1024

/** Those that are half read, the one that has been silent longest first. */
const bodies = new Set<HeldBody>()
let total = 0

/** What has been read of one request, of which the rest is still to come. */
class HeldBody {
  readonly #limit: number
  readonly #giveWay: () => void
  #size = 0

  /**
   * @param most bytes that this request may have in the end.
   * @param giveWay is called when others need the room, and this one has been silent longest.
   */
  constructor(most: number, giveWay: () => void) {
    this.#limit = Math.max(heldLimit, 2 * most)
    this.#giveWay = giveWay
  }

  get size(): number {
    return this.#size
  }

  add(bytes: number): void {
    if (bodies.delete(this)) total -= this.#size
    this.#size += bytes
    if (this.#size <= small) return
    bodies.add(this)
    total += this.#size
    for (const silent of bodies) {
      if (total <= this.#limit) return
      silent.release()
      silent.#giveWay()
    }
  }

  release(): void {
    if (bodies.delete(this)) total -= this.#size
    this.#size = 0
  }
}

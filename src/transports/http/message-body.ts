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

/** Default maximum bytes of one request, the same as in the official SDK. */
export const bodyLimit = 4 * 1024 * 1024

/**
 * Milliseconds that a body may take to arrive: the limit of our own listener, enforced here for servers that we are
 * mounted in.
 */
export const bodyTime = 60_000

/** The refusals of bodies that have not arrived yet. */
const arriving = new Deadlines<() => void>(bodyTime, (refuse) => refuse())

/** Reads one JSON-RPC message with a size limit, or refuses the request and returns undefined. */
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
 * Reads a JSON body. Bytes are counted as they arrive, since chunked requests have no Content-Length.
 * @throws BodyError 415 for another media type, 413 beyond the limit, 408 when it takes longer than `bodyTime`, 400
 * when the connection breaks, 503 when it was evicted for others.
 */
function readBody(request: IncomingMessage, limit: number): Promise<string> {
  const type = request.headers['content-type']
  if (!type || !isJson(type)) return refused(415, 'Content-Type must be application/json')
  const encoding = request.headers['content-encoding']
  if (encoding && encoding !== 'identity') return refused(415, 'Content-Encoding is not supported')
  if (Number(request.headers['content-length']) > limit) return refused(413, tooLarge(limit))
  return readText(request, limit)
}

/** The error for a body that is too large. */
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
 * Resolves only after the request has ended, even if the body arrives with the headers: Node runs microtasks while its
 * parser is still at the body, and would treat an exception of user code as a parse error of the request.
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
      // Every request closes in the end, and an error that is never read is expensive to create.
      if (!reading) return
      done()
      chunks.length = 0
      reject(new BodyError(status, message))
    }
    const held = new HeldBody(limit, () => refuse(503, 'Too much data is being sent at once'))
    const late = () => refuse(408, 'The request took too long')
    const waiting = arriving.wait(late)
    request.on('data', (chunk: Buffer) => {
      // A client that is cut off while sending may never read the error, so the rest is read and discarded.
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
    // It may have been destroyed during authentication.
    if (request.destroyed) cutOff()
  })
}

/** Maximum bytes of incomplete bodies, for all clients together; at least two whole bodies. */
const heldLimit = 64 * 1024 * 1024
/** Bytes below which a body is not counted: most requests are read in one piece. */
const small = 64 * 1024

/** Incomplete bodies, the one that has been silent longest first. */
const bodies = new Set<HeldBody>()
let total = 0

/** An incomplete body. */
class HeldBody {
  readonly #limit: number
  readonly #onEvicted: () => void
  #size = 0

  /**
   * @param limit maximum bytes of this request.
   * @param onEvicted is called when this one has been silent longest and others need the memory.
   */
  constructor(limit: number, onEvicted: () => void) {
    this.#limit = Math.max(heldLimit, 2 * limit)
    this.#onEvicted = onEvicted
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
      silent.#onEvicted()
    }
  }

  release(): void {
    if (bodies.delete(this)) total -= this.#size
    this.#size = 0
  }
}

import type { IncomingMessage } from 'node:http'
import { Deadlines } from './deadlines.ts'
import { HeldBody } from './held-bodies.ts'

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

/**
 * Reads a JSON body. Bytes are counted as they arrive, since chunked requests announce no length.
 * @throws BodyError 415 for another media type, 413 beyond the limit, 408 when it takes longer than `bodyTime`, 400 when
 *   the body is cut off, 503 when it gave way to others.
 */
export function readBody(request: IncomingMessage, limit: number): Promise<string> {
  const type = request.headers['content-type']
  if (!type || !isJson(type)) return refused(415, 'Content-Type must be application/json')
  const encoding = request.headers['content-encoding']
  if (encoding && encoding !== 'identity') return refused(415, 'Content-Encoding is not supported')
  if (Number(request.headers['content-length']) > limit) return refused(413, tooLarge(limit))
  return readText(request, limit)
}

/** What a client is told whose body is too large. */
export const tooLarge = (limit: number): string => `The body is larger than ${limit} bytes`

const refused = (status: number, message: string) => Promise.reject(new BodyError(status, message))

function isJson(type: string): boolean {
  if (type === 'application/json') return true
  const [media = '', ...parameters] = type.toLowerCase().split(';')
  if (media.trim() !== 'application/json') return false
  const charset = parameters.map((part) => part.trim()).find((part) => part.startsWith('charset='))
  return charset === undefined || /^charset="?utf-?8"?$/.test(charset)
}

function readText(request: IncomingMessage, limit: number): Promise<string> {
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = []
    let reading = true
    const done = () => {
      reading = false
      arriving.done(late)
      held.release()
    }
    const refuse = (status: number, message: string) => {
      // Every request closes in the end, and an error that nobody hears of is dear to make.
      if (!reading) return
      done()
      chunks.length = 0
      reject(new BodyError(status, message))
    }
    const held = new HeldBody(limit, () => refuse(503, 'Too much is being sent at once'))
    const late = () => refuse(408, 'The request took too long')
    arriving.wait(late)
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

import type { IncomingMessage } from 'node:http'

/** A request body that cannot be accepted, with the status that says why. */
export class BodyError extends Error {
  readonly status: number

  constructor(status: number, message: string) {
    super(message)
    this.status = status
  }
}

/** Bytes accepted in one request, the default of the official SDK too. */
export const bodyLimit = 4 * 1024 * 1024

/**
 * Reads a JSON body. Bytes are counted as they arrive, since chunked requests announce no length.
 * @throws BodyError 415 for another media type, 413 beyond the limit, 400 when the body is cut off.
 */
export function readBody(request: IncomingMessage, limit = bodyLimit): Promise<string> {
  const type = request.headers['content-type']
  if (!type || !isJson(type)) return refused(415, 'Content-Type must be application/json')
  const encoding = request.headers['content-encoding']
  if (encoding && encoding !== 'identity') return refused(415, 'Content-Encoding is not supported')
  return readText(request, limit)
}

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
    let size = 0
    const tooLarge = () => reject(new BodyError(413, `The body is larger than ${limit} bytes`))
    if (Number(request.headers['content-length']) > limit) return tooLarge()
    request.on('data', (chunk: Buffer) => {
      size += chunk.length
      if (size > limit) {
        request.pause()
        chunks.length = 0
        tooLarge()
      } else chunks.push(chunk)
    })
    let ended = false
    request.on('end', () => {
      ended = true
      const [whole] = chunks.length > 1 ? [Buffer.concat(chunks)] : chunks
      resolve(whole?.toString('utf8') ?? '')
    })
    // Every request closes in the end, and an error that nobody hears of is dear to make.
    const cutOff = () => {
      if (!ended) reject(new BodyError(400, 'The body was cut off'))
    }
    request.on('error', cutOff)
    request.on('close', cutOff)
  })
}

import { isRequestId, type RequestId } from '../protocol/jsonrpc.ts'

/** Where an event is: unique in the session (2025-11-25, Resumability). */
export interface EventId {
  /** The process that gave it out, where sessions outlive processes. */
  readonly from: string | undefined
  readonly stream: number
  readonly index: number
  /** The request that its stream answers; nothing where no request has one, `null` where its id was too long. */
  readonly request: RequestId | null | undefined
}

/** Characters of a request's id beyond which it is not repeated in the ids of its events. */
const longest = 64

/** Whether a request's id is short enough to be kept for what it may be good for later on. */
export const isShortId = (request: RequestId): boolean =>
  typeof request === 'number' || request.length <= longest

/**
 * An id as it is sent: `3-4`, and `name.3-4` or `name.3-4.request` where another process may be asked about it. That
 * one knows nothing of the stream, and the request is what it has to answer with an error.
 */
export function eventIdText({ from, stream, index, request }: EventId): string {
  const position = `${stream}-${index}`
  if (from === undefined) return position
  if (request === undefined) return `${from}.${position}`
  const kept = request !== null && isShortId(request)
  return `${from}.${position}.${kept ? Buffer.from(JSON.stringify(request)).toString('base64url') : ''}`
}

/** @returns nothing for a text that no process has given out. */
export function readEventId(text: string): EventId | undefined {
  const [, from, stream, index, request] =
    /^(?:([a-z0-9]{1,32})\.)?(\d{1,9})-(\d{1,9})(?:\.([\w-]{0,512}))?$/.exec(text) ?? []
  if (stream === undefined || (from === undefined && request !== undefined)) return undefined
  const position = { from, stream: Number(stream), index: Number(index) }
  return { ...position, request: request === undefined ? undefined : requestIn(request) }
}

function requestIn(text: string): RequestId | null {
  try {
    const value: unknown = JSON.parse(Buffer.from(text, 'base64url').toString())
    return isRequestId(value) ? value : null
  } catch {
    return null
  }
}

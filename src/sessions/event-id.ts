import { isRequestId, type RequestId } from '../protocol/jsonrpc.ts'

/** Identifies an event within its session (2025-11-25, Resumability). */
export interface EventId {
  /** The process that issued it, if sessions outlive processes. */
  readonly from: string | undefined
  readonly stream: number
  readonly index: number
  /** The request that its stream answers; undefined if none, `null` if its id was too long. */
  readonly request: RequestId | null | undefined
}

/** Maximum characters of a request id that is included in the ids of its events. */
const longest = 64

/** Whether a request id is short enough to be stored for later use. */
export const isShortId = (request: RequestId): boolean =>
  typeof request === 'number' || request.length <= longest

/**
 * Formats an id: `3-4`, or `name.3-4` or `name.3-4.request` if another process may receive it. That process does not
 * know the stream, and needs the request id to answer the request with an error.
 */
export function eventIdText({ from, stream, index, request }: EventId): string {
  const position = `${stream}-${index}`
  if (from === undefined) return position
  if (request === undefined) return `${from}.${position}`
  const included = request !== null && isShortId(request)
  return `${from}.${position}.${included ? Buffer.from(JSON.stringify(request)).toString('base64url') : ''}`
}

/** @returns undefined for a text that no process has issued. */
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

import { isRecord, isRequestId, type RequestId } from './jsonrpc.ts'

/** What is known about a message of which only both ends were retained. */
export interface TruncatedMessage {
  readonly id?: RequestId
  readonly method?: string
  /** Whether it may be a response to an unknown request. */
  readonly unknown?: boolean
}

const member = String.raw`"(?:jsonrpc|id|method)"\s*:\s*(?:"(?:[^"\\]|\\.)*"|-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?|null)`
const first = new RegExp(String.raw`^\{\s*(${member}(?:\s*,\s*${member})*)\s*,`)
const last = new RegExp(String.raw`,\s*(${member}(?:\s*,\s*${member})*)\s*\}\s*$`)

/**
 * Reads the members of JSON-RPC at the beginning and the end of a message. Only one member can be long, so that all
 * others stand there; none of what is found can be inside of the long one, since it is read from the outer braces.
 */
export function truncated(head: string, tail: string): TruncatedMessage {
  const members = [first.exec(head)?.[1], last.exec(tail)?.[1]].filter((text) => text !== undefined)
  const found = parsed(`{${members.join(',')}}`)
  const { id, method } = found
  if (typeof method === 'string') return { method, ...(isRequestId(id) && { id }) }
  return isRequestId(id) ? { id } : { unknown: members.length > 0 }
}

/** The id of a truncated message; null if it is neither at the beginning nor at the end. */
export function idIn(text: string): RequestId | null {
  return truncated(text.slice(0, lookedAt), text.slice(-lookedAt)).id ?? null
}

const lookedAt = 10_000

function parsed(text: string): Record<string, unknown> {
  try {
    const value: unknown = JSON.parse(text)
    return isRecord(value) ? value : {}
  } catch {
    return {}
  }
}

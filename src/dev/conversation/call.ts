import { isRecord, type JsonRpcMessage, type JsonRpcResponse, wordOf } from '../../protocol/jsonrpc.ts'
import { clientInfoKey } from '../../protocol/protocol-versions.ts'

/** A call that has been answered, for the line at the terminal. */
export interface Call {
  client: string | undefined
  method: string
  /** The tool, prompt or resource it was about. */
  subject: string | undefined
  /** Milliseconds. */
  took: number
  /** What went wrong, in a word. */
  fault: string | undefined
}

/** What clients of a session say at its beginning. */
export const introductions: ReadonlySet<string> = new Set(['initialize', 'logging/setLevel'])

/** What a call was about. */
export function aboutCall(message: JsonRpcMessage): Pick<Call, 'method' | 'subject'> {
  if (!('method' in message)) return { method: 'answer', subject: undefined }
  const subject = message.params?.name ?? message.params?.uri
  return { method: message.method, subject: typeof subject === 'string' ? subject : undefined }
}

/** The client that a request of the modern era names. */
export function clientIn(message: JsonRpcMessage): string | undefined {
  const meta = 'method' in message && isRecord(message.params?._meta) ? message.params._meta : {}
  const info = meta[clientInfoKey]
  return isRecord(info) ? wordOf(info.name) : undefined
}

/** What is wrong with an answer, in a word; nothing when nothing is. */
export function faultOf(response: JsonRpcResponse): string | undefined {
  if ('error' in response) return `error ${response.error.code}`
  return response.result.isError === true ? 'tool error' : undefined
}

import { isRecord, type JsonRpcMessage, type JsonRpcResponse, wordOf } from '../../protocol/jsonrpc.ts'
import { clientInfoKey } from '../../protocol/protocol-versions.ts'

/** A call that has been answered, for the line at the terminal. */
export interface Call {
  client: string | undefined
  method: string
  /** The tool, prompt or resource. */
  subject: string | undefined
  /** Milliseconds. */
  took: number
  /** What went wrong, in short. */
  fault: string | undefined
}

/** Messages that clients send at the start of a session. */
export const introductions: ReadonlySet<string> = new Set(['initialize', 'logging/setLevel'])

/** The method and subject of a call. */
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

/** What is wrong with a response, in short; undefined if nothing. */
export function faultOf(response: JsonRpcResponse): string | undefined {
  if ('error' in response) return `error ${response.error.code}`
  return response.result.isError === true ? 'tool error' : undefined
}

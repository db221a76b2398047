import { now } from '../process/clock.ts'
import { isRecord, type JsonRpcMessage } from '../protocol/jsonrpc.ts'
import { oneLine } from '../terminal/printable.ts'
import type { Recorder } from '../transports/http/http-app.ts'
import type { Exchange } from '../transports/http/http-reply.ts'
import type { Log } from './serve-options.ts'
import { sessionHash } from './session-hash.ts'

/** Maximum characters that a log line shows of a path, and of a name that the client chose. */
const limits = { path: 256, word: 128 }

/** Logs one line per request, when it ends. It never contains query strings, headers or session ids. */
export const accessLog =
  (level: 'info' | 'debug', log: Log): Recorder =>
  (exchange) => {
    const begun = now()
    let call: Call = {}
    let session: string | undefined
    exchange.response.once('close', () => {
      const fields = { ...about(exchange, now() - begun, session), ...call }
      log(level, lineOf(fields), fields)
    })
    return (message, opened) => {
      call = callIn(message)
      session = opened
    }
  }

/** What a message asks for, as the client named it. */
interface Call {
  rpc?: string
  /** The tool or prompt. */
  name?: string
  request?: string | number
}

interface Fields extends Call {
  method: string
  path: string
  status: number
  ms: number
  /** A hash that tells sessions apart but cannot be used as a session id. */
  session?: string
  /** The client disconnected before the response ended. */
  aborted?: true
}

function callIn(message: JsonRpcMessage): Call {
  const call: Call = {}
  if ('method' in message) {
    call.rpc = short(message.method)
    const name = isRecord(message.params) ? message.params.name : undefined
    const named = message.method === 'tools/call' || message.method === 'prompts/get'
    if (named && typeof name === 'string') call.name = short(name)
  }
  const { id } = message as { id?: unknown }
  if (typeof id === 'string') call.request = short(id)
  if (typeof id === 'number') call.request = id
  return call
}

function about({ request, response, path }: Exchange, took: number, opened: string | undefined): Fields {
  const session = opened ?? sessionIn(request.headers['mcp-session-id'], request.url)
  return {
    method: request.method ?? '',
    path: path.length > limits.path ? `${path.slice(0, limits.path)}…` : path,
    status: response.statusCode,
    ms: Math.round(took * 10) / 10,
    ...(session !== undefined && { session: sessionHash(session) }),
    ...(!response.writableFinished && { aborted: true as const }),
  }
}

/** The session id of a request; with SSE it is in the query string. */
function sessionIn(header: unknown, url = ''): string | undefined {
  if (typeof header === 'string') return header
  return /[?&]session_?id=([^&]{1,256})/i.exec(url)?.[1]
}

const short = (word: string) => oneLine(word.length > limits.word ? `${word.slice(0, limits.word)}…` : word)

const lineOf = ({ method, path, rpc, name, status, ms, session, request, aborted }: Fields): string =>
  [
    ...[method, path, rpc, name, status, aborted && 'aborted', `${ms} ms`],
    ...[session && `session ${session}`, request !== undefined && `request ${request}`],
  ]
    .filter((part) => part !== undefined && part !== false && part !== '')
    .join(' ')

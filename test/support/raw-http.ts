import { request } from 'node:http'
import { connect } from 'node:net'
import { patience } from './program.ts'

export interface Answer {
  status: number
  headers: Record<string, string | string[] | undefined>
  text: string
  /** The body as JSON, or `undefined` when it is none. */
  json: { error?: { code: number; message: string }; [key: string]: unknown } | undefined
}

export interface Sent {
  method?: string
  path?: string
  headers?: Record<string, string>
  body?: string | Buffer
  /** Send the body in chunks of this many bytes, without announcing its length. */
  chunk?: number
}

/** One HTTP request with exactly these headers, and its whole answer. */
export function send(
  url: URL,
  { method = 'POST', path, headers = {}, body, chunk }: Sent = {},
): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const options = { method, headers, host: url.hostname, port: url.port, path: path ?? url.pathname }
    const outgoing = request(options, (incoming) => {
      const chunks: Buffer[] = []
      incoming.on('data', (data: Buffer) => chunks.push(data))
      incoming.on('error', reject)
      incoming.on('end', () => {
        const text = Buffer.concat(chunks).toString()
        resolve({ status: incoming.statusCode ?? 0, headers: incoming.headers, text, json: parsed(text) })
      })
    })
    outgoing.setTimeout(patience, () => outgoing.destroy(new Error('no answer')))
    outgoing.on('error', reject)
    if (chunk === undefined || body === undefined) outgoing.end(body)
    else {
      for (let at = 0; at < body.length; at += chunk) outgoing.write(body.slice(at, at + chunk))
      outgoing.end()
    }
  })
}

/** Writes bytes to the server's port as they are, and returns everything that comes back. */
export function sendBytes(url: URL, bytes: string): Promise<string> {
  return new Promise((resolve, reject) => {
    const socket = connect(Number(url.port), url.hostname, () => socket.write(bytes))
    let text = ''
    socket.setTimeout(3_000, () => socket.destroy())
    socket.on('data', (data) => {
      text += data
    })
    socket.on('error', reject)
    socket.on('close', () => resolve(text))
  })
}

export const mcpHeaders = {
  'content-type': 'application/json',
  accept: 'application/json, text/event-stream',
}

export const rpc = (method: string, params?: unknown, id: string | number = 1) =>
  JSON.stringify({ jsonrpc: '2.0', id, method, ...(params !== undefined && { params }) })

const introduction = {
  protocolVersion: '2025-11-25',
  capabilities: {},
  clientInfo: { name: 'raw', version: '1.0.0' },
}

export const initialize = rpc('initialize', introduction)

/** The beginning of a client that answers questions. */
export const initializeAskable = rpc('initialize', { ...introduction, capabilities: { elicitation: {} } })

/**
 * Opens a session by hand; returns the headers that belong to it.
 * @param body how its client introduces itself.
 */
export async function openSession(url: URL, body = initialize): Promise<Record<string, string>> {
  const opened = await send(url, { headers: mcpHeaders, body })
  const headers = { ...mcpHeaders, 'mcp-session-id': String(opened.headers['mcp-session-id']) }
  await send(url, { headers, body: JSON.stringify({ jsonrpc: '2.0', method: 'notifications/initialized' }) })
  return headers
}

function parsed(text: string): Answer['json'] {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

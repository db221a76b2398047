import { Agent, type IncomingMessage, type RequestOptions, request } from 'node:http'
import { initialized, introduction, type Line, parsed, type Reply, type Said } from './line.ts'

/** Milliseconds without a byte, after which a response other than a stream of its own is given up. */
const silence = 120_000

const mcpHeaders = {
  'content-type': 'application/json',
  accept: 'application/json, text/event-stream',
}

/** A client of Streamable HTTP, in either era; a legacy one is introduced and listens to its own stream. */
export async function httpLine(url: URL, modern: boolean): Promise<Line> {
  const agent = new Agent({ keepAlive: true })
  const session: Record<string, string> = {}
  const line: Line = {
    onSaid: () => undefined,
    send: (text, signal) => {
      const headers = { ...mcpHeaders, ...session, ...(modern && modernHeaders(text)) }
      return post(url, { agent, headers, ...(signal && { signal }) }, text, (said) => line.onSaid(said))
    },
    close: async () => {
      stream?.destroy()
      if (!modern) await post(url, { agent, headers: session, method: 'DELETE' }, undefined, () => undefined)
      agent.destroy()
    },
  }
  let stream: IncomingMessage | undefined
  if (modern) return line
  const opened = await exchange(url, { agent, headers: mcpHeaders, method: 'POST' }, introduction('opening'))
  await readAll(opened, () => undefined)
  session['mcp-session-id'] = String(opened.headers['mcp-session-id'])
  await line.send(initialized)
  stream = await exchange(url, {
    agent: false,
    headers: { ...session, accept: 'text/event-stream' },
    method: 'GET',
  }).catch(() => undefined)
  if (stream?.statusCode === 200) void readAll(stream, (said) => line.onSaid(said)).catch(() => undefined)
  else stream?.resume()
  return line
}

/** A client of the transport with two endpoints. */
export async function sseLine(url: URL): Promise<Line> {
  const agent = new Agent({ keepAlive: true })
  const stream = await exchange(url, {
    agent: false,
    headers: { accept: 'text/event-stream' },
    method: 'GET',
  })
  let found: (address: URL) => void = () => undefined
  const endpoint = new Promise<URL>((resolve) => {
    found = resolve
  })
  const line: Line = {
    onSaid: () => undefined,
    send: async (text, signal) =>
      post(await endpoint, { agent, headers: mcpHeaders, ...(signal && { signal }) }, text, (said) =>
        line.onSaid(said),
      ),
    close: () => {
      stream.destroy()
      agent.destroy()
      return Promise.resolve()
    },
  }
  void readAll(
    stream,
    (said) => line.onSaid(said),
    (data) => found(new URL(data, url)),
  ).catch(() => undefined)
  const opened = new Promise<void>((resolve) => {
    line.onSaid = ({ id }) => id === 'opening' && resolve()
  })
  await line.send(introduction('opening'))
  await opened
  await line.send(initialized)
  return line
}

/** The headers that repeat what a modern request says, for a text that may be none. */
function modernHeaders(text: string): Record<string, string> {
  const message = parsed(text) as Said | undefined
  const { name, uri } = Object(Object(message).params) as { name?: unknown; uri?: unknown }
  const method = Object(message).method
  const subject = typeof name === 'string' ? name : uri
  return {
    'mcp-protocol-version': '2026-07-28',
    ...(typeof method === 'string' && { 'mcp-method': headerValue(method) }),
    ...(typeof subject === 'string' && { 'mcp-name': headerValue(subject) }),
  }
}

/** What a header cannot carry travels in base64 (2026-07-28, Streamable HTTP, Value Encoding). */
const headerValue = (text: string) =>
  /^[\x21-\x7e]([\x20-\x7e]{0,500}[\x21-\x7e])?$/.test(text)
    ? text
    : `=?base64?${Buffer.from(text.slice(0, 500)).toString('base64')}?=`

async function post(
  url: URL,
  options: RequestOptions,
  text: string | undefined,
  heard: (said: Said) => void,
): Promise<Reply> {
  const response = await exchange(url, { method: 'POST', ...options }, text)
  const said: Said[] = []
  await readAll(response, (one) => {
    said.push(one)
    heard(one)
  })
  return { status: response.statusCode, said }
}

function exchange(url: URL, options: RequestOptions, text?: string): Promise<IncomingMessage> {
  return new Promise((resolve, reject) => {
    const sent = request(url, options, resolve)
    if (options.method !== 'GET') sent.setTimeout(silence, () => sent.destroy(new Error('nothing came')))
    sent.on('error', reject)
    sent.end(text)
  })
}

/** Reads a body: one message as JSON, or a stream of events. Whatever is neither is left out. */
async function readAll(
  response: IncomingMessage,
  heard: (said: Said) => void,
  endpoint: (data: string) => void = () => undefined,
): Promise<void> {
  const events = response.headers['content-type']?.startsWith('text/event-stream')
  let chunks: string[] = []
  for await (const chunk of response.setEncoding('utf8')) {
    chunks.push(chunk)
    if (!events || !/\n\n$/.test(chunk)) continue
    const blocks = chunks.join('').split('\n\n')
    chunks = []
    for (const block of blocks) {
      const [, data] = /(?:^|\n)data: ?([^\n]+)/.exec(block) ?? []
      if (data !== undefined && block.startsWith('event: endpoint')) endpoint(data)
      else if (data !== undefined) heard(Object(parsed(data)))
    }
  }
  const rest = parsed(chunks.join(''))
  if (rest !== undefined) heard(Object(rest))
}

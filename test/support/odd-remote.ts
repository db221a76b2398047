import { once } from 'node:events'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { Writable } from 'node:stream'
import { json as bodyOf } from 'node:stream/consumers'
import { createGzip } from 'node:zlib'

interface Message {
  id?: number | string
  method?: string
  params?: { name?: string; protocolVersion?: string; arguments?: Record<string, unknown> }
}

type Act = (message: Message, response: ServerResponse, request: IncomingMessage) => void

const html = '<!doctype html><title>Sign in</title><h1>Sign in</h1>'

/** What a remote server may do instead of answering. */
export const oddActs = {
  html: (_, response) => response.writeHead(200, { 'content-type': 'text/html' }).end(html),
  htmlError: (_, response) => response.writeHead(502, { 'content-type': 'text/html' }).end(html),
  unauthorized: (_, response) =>
    response
      .writeHead(401, { 'www-authenticate': 'Bearer resource_metadata="http://127.0.0.1:1/x"' })
      .end('{"error":"invalid_token"}'),
  forbidden: (_, response) => response.writeHead(403).end('no'),
  invalidJson: (_, response) =>
    response.writeHead(200, { 'content-type': 'application/json' }).end('{"jsonrpc": "2.0", '),
  notRpc: (_, response) =>
    response.writeHead(200, { 'content-type': 'application/json' }).end('{"hello": "there"}'),
  emptyStream: (_, response) => response.writeHead(200, { 'content-type': 'text/event-stream' }).end(),
  invalidEvent: (_, response) =>
    response.writeHead(200, { 'content-type': 'text/event-stream' }).end('data: {"jsonrpc": \n\n'),
  cutStream: (_, response) => {
    response.writeHead(200, { 'content-type': 'text/event-stream' })
    response.write('data: {"jsonrpc":"2.0","method":"notifications/message","par', () => response.destroy())
  },
  cutBody: (_, response) => {
    response.writeHead(200, { 'content-type': 'application/json', 'content-length': '500' })
    response.write('{"jsonrpc":"2.0"', () => response.destroy())
  },
  cut: (_, response) => response.destroy(),
  reset: (_, response) => response.socket?.resetAndDestroy(),
  empty: (_, response) => response.writeHead(200).end(),
  redirectLoop: (_, response, request) => response.writeHead(307, { location: request.url }).end(),
  hugeJson: ({ id }, response) => {
    response.writeHead(200, { 'content-type': 'application/json' })
    void pour(response, `{"jsonrpc":"2.0","id":${id},"result":{"x":"`, '"}}')
  },
  hugeAnnounced: (_, response) => {
    response.writeHead(200, {
      'content-type': 'application/json',
      'content-length': String(megabytes * 1024 * 1024),
    })
    void pour(response, '{"jsonrpc":"2.0","result":{"x":"', '"}}')
  },
  hugePacked: ({ id }, response) => {
    response.writeHead(200, { 'content-type': 'application/json', 'content-encoding': 'gzip' })
    const packed = createGzip({ level: 1 })
    packed.pipe(response)
    response.once('close', () => packed.destroy())
    void pour(packed, `{"jsonrpc":"2.0","id":${id},"result":{"x":"`, '"}}')
  },
  hugeFault: (_, response) => {
    response.writeHead(500, { 'content-type': 'text/html' })
    void pour(response, html, '')
  },
  hugeEvent: ({ id }, response) => {
    response.writeHead(200, { 'content-type': 'text/event-stream' })
    void pour(response, `event: message\ndata: {"jsonrpc":"2.0","id":${id},"result":{"x":"`, '"}}\n\n')
  },
  hugeEventIdLast: ({ id }, response) => {
    response.writeHead(200, { 'content-type': 'text/event-stream' })
    void pour(response, 'id: 1\r\ndata: {"result":{"id":99,"x":"', `"},"jsonrpc":"2.0","id":${id}}\r\n\r\n`)
  },
  hugeEventOfNobody: (_, response) => {
    response.writeHead(200, { 'content-type': 'text/event-stream' })
    void pour(response, 'data: {"result":{"x":"', '"},"extra":1}\n\n')
  },
  hugeLog: ({ id }, response) => {
    response.writeHead(200, { 'content-type': 'text/event-stream' })
    const begin = 'data: {"jsonrpc":"2.0","method":"notifications/message","params":{"level":"info","data":"'
    const content = [{ type: 'text', text: 'after the log' }]
    const last = JSON.stringify({ jsonrpc: '2.0', id, result: { content } })
    void pour(response, begin, `"}}\n\ndata: ${last}\n\n`)
  },
  hugeQuestion: ({ id }, response) => {
    response.writeHead(200, { 'content-type': 'text/event-stream' })
    asked = { id, response }
    const begin = 'data: {"jsonrpc":"2.0","id":"q","method":"sampling/createMessage","params":{"x":"'
    void pour(response, begin, '"}}\n\n', false)
  },
  lookup: ({ id, params }, response) => {
    const text = JSON.stringify(params?.arguments ?? {})
    setTimeout(() => answer(response, { id, result: { content: [{ type: 'text', text }] } }), 50)
  },
  twenty: ({ id }, response) =>
    answer(response, { id, result: { content: [{ type: 'text', text: 'x'.repeat(20_000) }] } }),
  resultNoObject: ({ id }, response) => answer(response, { id, result: 'text' }),
} satisfies Record<string, Act>

let asked: { id: unknown; response: ServerResponse } | undefined

/** Megabytes of what is huge. */
const huge = 20
let megabytes = huge

/** Writes so many of them between two texts, as fast as they are read. */
async function pour(to: Writable, begin: string, end: string, last = true): Promise<void> {
  const megabyte = 'x'.repeat(1024 * 1024)
  to.write(begin)
  for (let count = 0; count < megabytes && !to.destroyed; count++) {
    if (!to.write(megabyte)) await Promise.race([once(to, 'drain'), once(to, 'close')])
  }
  if (last) to.end(end)
  else to.write(end)
}

/** Three megabytes of tools, each of its own name, and never the last. */
function longPage() {
  const tools = Array.from({ length: 3_000 }, () => ({
    name: `tool-${count++}`,
    description: 'x'.repeat(1_000),
    inputSchema: { type: 'object' },
  }))
  return { tools, nextCursor: `after ${count}` }
}
let count = 0

export const answer = (response: ServerResponse, message: object): void => {
  response.writeHead(200, { 'content-type': 'application/json', 'mcp-session-id': 'the-one' })
  response.end(JSON.stringify({ jsonrpc: '2.0', ...message }))
}

/**
 * A remote server whose tools are these acts; as a path, an act answers everything, and `endless` has a list without
 * an end.
 */
export async function oddRemote() {
  const calls: string[] = []
  megabytes = huge
  const server = createServer(async (request, response) => {
    const [, first = ''] = /^\/(\w+)/.exec(request.url ?? '') ?? []
    const whole = (oddActs as Record<string, Act>)[first]
    if (request.method !== 'POST') return response.writeHead(405).end()
    const message = (await bodyOf(request)) as Message
    const { id, method, params } = message
    if (whole) return whole(message, response, request)
    if (first === 'moved') return response.writeHead(308, { location: '/mcp' }).end()
    if (id === 'q' && asked) {
      const content = [{ type: 'text', text: `told: ${Reflect.get(message, 'error')?.message}` }]
      asked.response.end(`data: ${JSON.stringify({ jsonrpc: '2.0', id: asked.id, result: { content } })}\n\n`)
      return response.writeHead(202).end()
    }
    if (id === undefined) return response.writeHead(202).end()
    if (method === 'initialize') {
      const { protocolVersion } = params ?? {}
      const serverInfo = { name: 'odd', version: '1' }
      return answer(response, { id, result: { protocolVersion, capabilities: { tools: {} }, serverInfo } })
    }
    if (method === 'tools/call') calls.push(String(params?.name))
    const act = (oddActs as Record<string, Act>)[params?.name ?? '']
    if (act) return act(message, response, request)
    const tools = Object.keys(oddActs).map((name) => ({ name, inputSchema: { type: 'object' } }))
    if (method === 'tools/list' && first === 'endless') return answer(response, { id, result: longPage() })
    if (method === 'tools/list') return answer(response, { id, result: { tools } })
    const text = JSON.stringify(params?.arguments ?? {})
    return answer(response, { id, result: { content: [{ type: 'text', text }] } })
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  return {
    /** From now on this much is huge. */
    set megabytes(count: number) {
      megabytes = count
    },
    /** The names of the tools that were called, in order. */
    calls,
    origin: `http://127.0.0.1:${port}`,
    [Symbol.asyncDispose]: () =>
      new Promise<void>((resolve) => {
        server.close(() => resolve())
        server.closeAllConnections()
      }),
  }
}

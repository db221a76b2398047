import { connect, type Socket } from 'node:net'

const meta = {
  'io.modelcontextprotocol/protocolVersion': '2026-07-28',
  'io.modelcontextprotocol/clientInfo': { name: 'bench', version: '1.0.0' },
  'io.modelcontextprotocol/clientCapabilities': {},
}
const json = { 'content-type': 'application/json', accept: 'application/json, text/event-stream' }

/** Connections that are kept for a run, each asking again as soon as it has its answer. */
export class Load {
  readonly #url: URL
  readonly #connections: number
  readonly #request: Buffer

  private constructor(url: URL, connections: number, request: Buffer) {
    this.#url = url
    this.#connections = connections
    this.#request = request
  }

  static async open(url: URL, era: 'none' | 'legacy' | 'modern', connections: number): Promise<Load> {
    const headers = era === 'modern' ? modernHeaders : era === 'legacy' ? await sessionHeaders(url) : json
    const params = { name: 'add', arguments: { a: 1, b: 2 }, ...(era === 'modern' && { _meta: meta }) }
    const body = JSON.stringify({ jsonrpc: '2.0', id: 7, method: 'tools/call', params })
    const lines = Object.entries({ host: url.host, ...headers, 'content-length': String(body.length) })
    const head = lines.map(([name, value]) => `${name}: ${value}\r\n`).join('')
    const request = Buffer.from(`POST ${url.pathname} HTTP/1.1\r\n${head}\r\n${body}`)
    return new Load(url, connections, request)
  }

  /** Milliseconds that so many calls take. */
  async run(calls: number): Promise<number> {
    const sockets = await Promise.all(Array.from({ length: this.#connections }, () => opened(this.#url)))
    const begun = performance.now()
    let left = calls
    await Promise.all(
      sockets.map(async (socket) => {
        while (left-- > 0) await this.#call(socket)
      }),
    )
    const took = performance.now() - begun
    for (const socket of sockets) socket.destroy()
    return took
  }

  #call(socket: Socket): Promise<void> {
    return new Promise((resolve, reject) => {
      let answer = ''
      const read = (chunk: Buffer) => {
        answer += chunk.toString('latin1')
        if (!isWhole(answer)) return
        socket.off('data', read)
        if (answer.startsWith('HTTP/1.1 200') && answer.includes('"text":"3"')) resolve()
        else reject(new Error(answer))
      }
      socket.on('data', read)
      socket.write(this.#request)
    })
  }
}

/** A response with a length, or in chunks up to the empty one. */
function isWhole(answer: string): boolean {
  const end = answer.indexOf('\r\n\r\n')
  if (end < 0) return false
  const length = /content-length: (\d+)/i.exec(answer.slice(0, end))?.[1]
  return length === undefined ? answer.endsWith('\r\n0\r\n\r\n') : answer.length >= end + 4 + Number(length)
}

const modernHeaders = {
  ...json,
  'mcp-protocol-version': '2026-07-28',
  'mcp-method': 'tools/call',
  'mcp-name': 'add',
}

async function sessionHeaders(url: URL): Promise<Record<string, string>> {
  const params = {
    protocolVersion: '2025-11-25',
    capabilities: {},
    clientInfo: { name: 'bench', version: '1' },
  }
  const answer = await fetch(url, {
    method: 'POST',
    headers: json,
    body: JSON.stringify({ jsonrpc: '2.0', id: 1, method: 'initialize', params }),
  })
  await answer.text()
  const headers = {
    ...json,
    'mcp-protocol-version': '2025-11-25',
    'mcp-session-id': answer.headers.get('mcp-session-id') ?? '',
  }
  const body = JSON.stringify({ jsonrpc: '2.0', method: 'notifications/initialized' })
  await fetch(url, { method: 'POST', headers, body })
  return headers
}

function opened(url: URL): Promise<Socket> {
  return new Promise((resolve, reject) => {
    const socket = connect(Number(url.port), url.hostname, () => resolve(socket))
    socket.setNoDelay(true)
    socket.once('error', reject)
  })
}

import { connect, type Socket } from 'node:net'

const meta = {
  'io.modelcontextprotocol/protocolVersion': '2026-07-28',
  'io.modelcontextprotocol/clientInfo': { name: 'bench', version: '1.0.0' },
  'io.modelcontextprotocol/clientCapabilities': {},
}
const json = { 'content-type': 'application/json', accept: 'application/json, text/event-stream' }

/** Connections that are kept for a run. The least a client can do, so that the servers are what is measured. */
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
    await Promise.all(sockets.map((socket) => askAgain(socket, this.#request, () => left-- > 0)))
    const took = performance.now() - begun
    for (const socket of sockets) socket.destroy()
    return took
  }
}

/** Asks as soon as it has its answer, for as long as there is more to ask. One listener, and no promise a call. */
function askAgain(socket: Socket, request: Buffer, more: () => boolean): Promise<void> {
  return new Promise((resolve, reject) => {
    let answer: Buffer | undefined
    const ask = () => (more() ? socket.write(request) : resolve())
    socket.on('data', (chunk: Buffer) => {
      answer = answer ? Buffer.concat([answer, chunk]) : chunk
      if (!isWhole(answer)) return
      const good = answer.toString('latin1', 0, 12) === 'HTTP/1.1 200' && answer.includes('"text":"3"')
      if (!good) return reject(new Error(answer.toString()))
      answer = undefined
      ask()
    })
    socket.once('close', () => reject(new Error('the server has closed the connection')))
    ask()
  })
}

/** A response with a length, or in chunks up to the empty one. */
function isWhole(answer: Buffer): boolean {
  const end = answer.indexOf('\r\n\r\n')
  if (end < 0) return false
  const length = /content-length: (\d+)/i.exec(answer.toString('latin1', 0, end))?.[1]
  if (length !== undefined) return answer.length >= end + 4 + Number(length)
  return answer.subarray(-7).equals(lastChunk)
}

const lastChunk = Buffer.from('\r\n0\r\n\r\n')

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

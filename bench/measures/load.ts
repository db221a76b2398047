import { connect, type Socket } from 'node:net'

const meta = {
  'io.modelcontextprotocol/protocolVersion': '2026-07-28',
  'io.modelcontextprotocol/clientInfo': { name: 'bench', version: '1.0.0' },
  'io.modelcontextprotocol/clientCapabilities': {},
}
const json = { 'content-type': 'application/json', accept: 'application/json, text/event-stream' }

export type Era = 'none' | 'legacy' | 'modern'

/** A request that is put again and again, and what its answer must hold. */
export interface Asked {
  method: string
  params: Record<string, unknown>
  answer: string
}

export const addition: Asked = {
  method: 'tools/call',
  params: { name: 'add', arguments: { a: 1, b: 2 } },
  answer: '"text":"3"',
}

/** Connections that are kept for a run. The least a client can do, so that the servers are what is measured. */
export class Load {
  readonly #url: URL
  /** One for each connection: a server that relays must not see the same id twice at once. */
  readonly #requests: readonly Buffer[]
  readonly #answer: string

  private constructor(url: URL, requests: readonly Buffer[], answer: string) {
    this.#url = url
    this.#requests = requests
    this.#answer = answer
  }

  /** @param more headers that every request has beside its own. */
  static async open(
    url: URL,
    era: Era,
    connections: number,
    { method, params, answer }: Asked = addition,
    more: Record<string, string> = {},
  ): Promise<Load> {
    const known = { ...json, ...more }
    const headers = era === 'modern' ? modernHeaders(known, method, params) : known
    const own = era === 'legacy' ? await sessionHeaders(url, known) : headers
    const whole = { ...params, ...(era === 'modern' && { _meta: meta }) }
    const requests = Array.from({ length: connections }, (_, index) => {
      const body = JSON.stringify({ jsonrpc: '2.0', id: 100 + index, method, params: whole })
      const lines = Object.entries({ host: url.host, ...own, 'content-length': String(body.length) })
      const head = lines.map(([name, value]) => `${name}: ${value}\r\n`).join('')
      return Buffer.from(`POST ${url.pathname} HTTP/1.1\r\n${head}\r\n${body}`)
    })
    return new Load(url, requests, answer)
  }

  /** Milliseconds that so many calls take. */
  async run(calls: number): Promise<number> {
    const sockets = await Promise.all(this.#requests.map(() => opened(this.#url)))
    const begun = performance.now()
    let left = calls
    const more = () => left-- > 0
    const ask = (socket: Socket, index: number) =>
      askAgain(socket, this.#requests[index] ?? Buffer.alloc(0), this.#answer, more)
    await Promise.all(sockets.map(ask))
    const took = performance.now() - begun
    for (const socket of sockets) socket.destroy()
    return took
  }
}

/** Asks as soon as it has its answer, for as long as there is more to ask. One listener, and no promise a call. */
function askAgain(socket: Socket, request: Buffer, wanted: string, more: () => boolean): Promise<void> {
  return new Promise((resolve, reject) => {
    let chunks: Buffer[] = []
    const ask = () => (more() ? socket.write(request) : resolve())
    socket.on('data', (chunk: Buffer) => {
      chunks.push(chunk)
      // Most answers come in one piece, and of a long one the end is what tells.
      const answer =
        chunks.length === 1 ? chunk : mayBeWhole(chunk, chunks) ? Buffer.concat(chunks) : undefined
      if (!answer || !isWhole(answer)) return
      const good = answer.toString('latin1', 0, 12) === 'HTTP/1.1 200' && answer.includes(wanted)
      if (!good) return reject(new Error(answer.toString('utf8', 0, 500)))
      chunks = []
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

/** Whether it is worth putting the pieces together: long answers come in hundreds. */
const mayBeWhole = (last: Buffer, chunks: readonly Buffer[]): boolean =>
  chunks.length < 4 || last.length < 65_536

const lastChunk = Buffer.from('\r\n0\r\n\r\n')

function modernHeaders(known: Record<string, string>, method: string, params: Record<string, unknown>) {
  const name = typeof params.name === 'string' ? { 'mcp-name': params.name } : {}
  return { ...known, 'mcp-protocol-version': '2026-07-28', 'mcp-method': method, ...name }
}

async function sessionHeaders(url: URL, known: Record<string, string>): Promise<Record<string, string>> {
  const params = {
    protocolVersion: '2025-11-25',
    capabilities: {},
    clientInfo: { name: 'bench', version: '1' },
  }
  const answer = await fetch(url, {
    method: 'POST',
    headers: known,
    body: JSON.stringify({ jsonrpc: '2.0', id: 1, method: 'initialize', params }),
  })
  if (!answer.ok) throw new Error(`no session: ${answer.status} ${await answer.text()}`)
  await answer.text()
  const headers = {
    ...known,
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

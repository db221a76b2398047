import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { Agent, get, request } from 'node:http'
import { setTimeout as after } from 'node:timers/promises'
import { transformSync } from 'esbuild'
import { program, type Started, start } from '../test/support/program.ts'
import { Project } from '../test/support/project.ts'
import { serverV1, serverV2 } from './servers.ts'
import type { Row } from './table.ts'

const warmUp = 200
const sessions = 2_000
const json = { 'content-type': 'application/json', accept: 'application/json, text/event-stream' }

/** A7: what each of many sessions that are held with an open stream adds to the server's resident memory. */
export async function benchMemory(): Promise<Row[]> {
  using project = new Project({
    'v1.mjs': transformSync(serverV1, { loader: 'ts' }).code,
    'v2.mjs': serverV2,
  })
  const rows: Row[] = []
  for (const sdk of ['v1', 'v2']) {
    const value = `${(await perSession(project.path(`${sdk}.mjs`))).toFixed(1)} KiB`
    rows.push({ id: 'A7', what: `memory a held session, SDK ${sdk}`, value, target: '≤ 40' })
  }
  return rows
}

async function perSession(file: string): Promise<number> {
  await using started = start(process.execPath, [program, 'run', file, '-t', 'http', '-p', '0'])
  const [, url = ''] = await started.until(/listening on (\S+)/)
  const agent = new Agent({ keepAlive: true, maxSockets: 8 })
  const close: (() => void)[] = []
  const hold = async (count: number) => {
    for (let held = 0; held < count; held++) close.push(await heldSession(new URL(url), agent))
    // What was garbage by then is not what a session costs.
    await after(2_000)
    return resident(started)
  }
  const before = await hold(warmUp)
  const full = await hold(sessions)
  for (const end of close) end()
  agent.destroy()
  return (full - before) / sessions
}

/** Opens a session and its stream. Returns the way to leave. */
async function heldSession(url: URL, agent: Agent): Promise<() => void> {
  const params = {
    protocolVersion: '2025-11-25',
    capabilities: {},
    clientInfo: { name: 'bench', version: '1' },
  }
  const id = await post(url, agent, { jsonrpc: '2.0', id: 1, method: 'initialize', params })
  const headers = { 'mcp-session-id': id, 'mcp-protocol-version': '2025-11-25' }
  await post(url, agent, { jsonrpc: '2.0', method: 'notifications/initialized' }, headers)
  const stream = get(url, { agent: false, headers: { ...headers, accept: 'text/event-stream' } })
  const [response] = await once(stream, 'response')
  if (response.statusCode !== 200) throw new Error(`the stream was refused with ${response.statusCode}`)
  response.resume()
  stream.on('error', () => undefined)
  return () => stream.destroy()
}

/** Returns the session the answer names, if any. */
async function post(url: URL, agent: Agent, message: object, headers = {}): Promise<string> {
  const sent = request(url, { method: 'POST', agent, headers: { ...json, ...headers } })
  sent.end(JSON.stringify(message))
  const [response] = await once(sent, 'response')
  response.resume()
  await once(response, 'end')
  return String(response.headers['mcp-session-id'] ?? '')
}

/** KiB of memory a process holds, by the system's account. */
const resident = ({ child }: Started): number =>
  Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${child.pid}/status`, 'utf8'))?.[1])

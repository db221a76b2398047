import { once } from 'node:events'
import { Agent, get, request } from 'node:http'
import { setTimeout as delay } from 'node:timers/promises'
import { start } from '../../test/support/program.ts'
import type { Lab } from '../harness/lab.ts'
import type { Contestant } from '../harness/row.ts'
import { residentOf } from './process-use.ts'

/** How many sessions are held before anything is counted, and how many then. */
const sessions = { before: 200, counted: 2_000 }
const json = { 'content-type': 'application/json', accept: 'application/json, text/event-stream' }
const initialize = {
  jsonrpc: '2.0',
  id: 1,
  method: 'initialize',
  params: { protocolVersion: '2025-11-25', capabilities: {}, clientInfo: { name: 'bench', version: '1' } },
}

/** What each of many sessions that are held with an open stream adds to the memory of a server, in KiB. */
export const held = (name: string, files: (lab: Lab) => void, words: (lab: Lab) => string[]): Contestant => ({
  name,
  open: (lab) => {
    files(lab)
    return {
      round: async () => {
        const options = { cwd: lab.project.folder, env: lab.env }
        await using server = start(process.execPath, words(lab), options)
        const [, url = ''] = await server.until(/listening on ([^\s"]+)/)
        const agent = new Agent({ keepAlive: true, maxSockets: 8 })
        const leave: (() => void)[] = []
        const hold = async (count: number) => {
          for (let at = 0; at < count; at++) leave.push(await heldSession(new URL(url), agent))
          // What was garbage by then is not what a session costs.
          await delay(2_000)
          return residentOf(server.child)
        }
        const before = await hold(sessions.before)
        const full = await hold(sessions.counted)
        for (const end of leave) end()
        agent.destroy()
        return { amount: (full - before) / sessions.counted }
      },
    }
  },
})

/** Opens a session and its stream. Returns the way to leave. */
async function heldSession(url: URL, agent: Agent): Promise<() => void> {
  const id = await post(url, agent, initialize)
  const headers = { 'mcp-session-id': id, 'mcp-protocol-version': '2025-11-25' }
  await post(url, agent, { jsonrpc: '2.0', method: 'notifications/initialized' }, headers)
  const stream = get(url, { agent: false, headers: { ...headers, accept: 'text/event-stream' } })
  stream.on('error', () => undefined)
  const [response] = await once(stream, 'response')
  if (response.statusCode !== 200) throw new Error(`the stream was refused with ${response.statusCode}`)
  response.resume()
  response.on('error', () => undefined)
  return () => stream.destroy()
}

/** Returns the session that the answer names, if any. */
async function post(url: URL, agent: Agent, message: object, headers = {}): Promise<string> {
  const sent = request(url, { method: 'POST', agent, headers: { ...json, ...headers } })
  sent.end(JSON.stringify(message))
  const [response] = await once(sent, 'response')
  response.resume()
  await once(response, 'end')
  return String(response.headers['mcp-session-id'] ?? '')
}

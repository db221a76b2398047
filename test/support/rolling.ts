import { spawn } from 'node:child_process'
import { accessSync, constants, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { Agent, request } from 'node:http'
import { tmpdir } from 'node:os'
import { delimiter, join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { freePort } from './free-port.ts'
import { patience, root, Started, startFastmcp } from './program.ts'
import { Project } from './project.ts'
import { mcpHeaders, rpc } from './raw-http.ts'

/** The balancers that are known, and how each is started with a configuration. */
export const balancers = {
  nginx: { file: 'nginx.conf', args: (path: string) => ['-c', path, '-e', 'stderr', '-g', 'daemon off;'] },
  haproxy: { file: 'haproxy.cfg', args: (path: string) => ['-db', '-f', path] },
} as const

export type Balancer = keyof typeof balancers

const places = [...(process.env.PATH ?? '').split(delimiter), '/usr/sbin', '/usr/local/sbin']

/** Where a program is, if it is installed. */
export function installed(name: string): string | undefined {
  return places.map((folder) => join(folder, name)).find((path) => isProgram(path))
}

function isProgram(path: string): boolean {
  try {
    accessSync(path, constants.X_OK)
    return true
  } catch {
    return false
  }
}

const source = `
  import { FastMCP } from 'fastmcp-cli'
  import { z } from 'zod'
  export const mcp = new FastMCP({ name: 'rolling', version: '1.0.0' })
  mcp.tool({ name: 'work', input: z.object({ text: z.string() }) }, async ({ text }) => {
    await new Promise((resolve) => setTimeout(resolve, 30))
    return text + ' ' + process.env.NAME
  })`

/** What the clients saw while instances were replaced. */
export interface Rolled {
  calls: number
  /** The words of what went wrong. */
  faults: string[]
  /** Calls that each instance has answered, over all its lives. */
  by: Record<string, number>
}

/**
 * Stops one of three instances behind a real balancer again and again, as a rolling restart does, while clients call.
 * @param stops how often.
 * @param delay seconds of `--drain-delay`.
 * @param onStop hears what has been seen after each.
 */
export async function roll(
  balancer: Balancer,
  stops: number,
  delay = 2,
  onStop: (seen: Pick<Rolled, 'calls' | 'faults'>) => void = () => undefined,
): Promise<Rolled> {
  using project = new Project({ 'server.mjs': source })
  const ports = [await freePort(), await freePort(), await freePort()]
  const start = (index: number) => instance(project.path('server.mjs'), ports[index] ?? 0, index, delay)
  const instances = await Promise.all(ports.map((_, index) => start(index)))
  const port = await freePort()
  const front = await startBalancer(balancer, [port, ...ports])
  const load = new Load(port)
  try {
    await load.until(50)
    for (let stop = 0; stop < stops; stop++) {
      const index = stop % instances.length
      instances[index]?.kill('SIGTERM')
      const { code } = (await instances[index]?.exited) ?? {}
      if (code !== 0) load.faults.push(`an instance ended with ${code}`)
      instances[index] = await start(index)
      // What has just come up is to be known before the next one goes.
      await load.untilAnswered(`${index}`)
      onStop(load)
    }
    await load.stop()
    if (load.faults.length > 0)
      load.faults.push(...front.stderr.split('\n').filter((line) => line.includes('[error]')))
    return { calls: load.calls, faults: load.faults, by: Object.fromEntries(load.by) }
  } finally {
    await load.stop()
    // nginx that is killed leaves its workers behind.
    front.kill('SIGTERM')
    await front.exited
    await Promise.all(instances.map((one) => one[Symbol.asyncDispose]()))
  }
}

async function instance(file: string, port: number, index: number, delay: number): Promise<Started> {
  // How soon it starts is not what is looked at here, and the machine is busy.
  const options = [
    '--load-timeout',
    '600',
    '-t',
    'http',
    '-p',
    `${port}`,
    '--stateless',
    '--drain-delay',
    `${delay}`,
  ]
  const started = startFastmcp(['run', file, ...options], { env: { NAME: `${index}` } })
  await started.until(/listening on/)
  return started
}

/**
 * Starts a balancer with the configuration of the examples, on other ports: its own, and those of three instances.
 * @param answers whether it can be used.
 */
export async function startBalancer(
  balancer: Balancer,
  ports: readonly number[],
  answers = async (port: number) => (await answerOf(port, 'first', false)).fault === undefined,
): Promise<Started> {
  const { file, args } = balancers[balancer]
  const folder = mkdtempSync(join(tmpdir(), 'fastmcp-balancer-'))
  const path = join(folder, file)
  writeFileSync(path, configOf(file, ports, folder))
  const started = new Started(spawn(installed(balancer) ?? balancer, args(path), { stdio: 'pipe' }))
  void started.exited.then(() => rmSync(folder, { recursive: true, force: true }))
  const deadline = Date.now() + patience
  while (!(await answers(ports[0] ?? 0))) {
    if (Date.now() > deadline) throw new Error(`${balancer} never answered: ${started.stderr}`)
    await pause(100)
  }
  return started
}

/** A configuration of the examples, with these ports for its own and the instances'. */
export function configOf(file: string, ports: readonly number[], folder: string): string {
  const text = readFileSync(`${root}examples/deploy/${file}`, 'utf8').replaceAll('/tmp/', `${folder}/`)
  return ['8080', '8001', '8002', '8003'].reduce(
    (config, usual, index) =>
      config.replace(new RegExp(`\\b${usual};|:${usual}\\b| ${usual};`, 'g'), (found) =>
        found.replace(usual, `${ports[index]}`),
      ),
    text,
  )
}

/** Clients that call over and over, half of them of each era. */
class Load {
  calls = 0
  readonly faults: string[] = []
  readonly by = new Map<string, number>()
  readonly #port: number
  readonly #clients: Promise<void>[]
  #stopped = false

  constructor(port: number) {
    this.#port = port
    this.#clients = Array.from({ length: 12 }, (_, index) => this.#client(index))
  }

  async #client(index: number): Promise<void> {
    for (let call = 0; !this.#stopped; call++) {
      const word = `${index}-${call}`
      const { fault, by } = await answerOf(this.#port, word, index % 2 === 0)
      this.calls++
      if (fault !== undefined) this.faults.push(fault)
      else if (by !== undefined) this.by.set(by, (this.by.get(by) ?? 0) + 1)
      await pause(50)
    }
  }

  async until(calls: number): Promise<void> {
    const target = this.calls + calls
    await this.#wait(() => this.calls >= target, `${calls} more calls`)
  }

  async untilAnswered(by: string): Promise<void> {
    const before = this.by.get(by) ?? 0
    await this.#wait(() => (this.by.get(by) ?? 0) > before, `an answer of instance ${by}`)
  }

  async #wait(done: () => boolean, what: string): Promise<void> {
    const deadline = Date.now() + patience
    while (!done()) {
      if (Date.now() > deadline) throw new Error(`never saw ${what}; ${this.faults.slice(0, 5).join('; ')}`)
      await pause(20)
    }
  }

  async stop(): Promise<void> {
    this.#stopped = true
    await Promise.all(this.#clients)
  }
}

const agent = new Agent({ keepAlive: true })

const modernMeta = {
  'io.modelcontextprotocol/protocolVersion': '2026-07-28',
  'io.modelcontextprotocol/clientInfo': { name: 'raw', version: '1.0.0' },
  'io.modelcontextprotocol/clientCapabilities': {},
}

/** Makes one call through the balancer; what is wrong with its answer, or who has given it. */
async function answerOf(
  port: number,
  text: string,
  modern: boolean,
): Promise<{ fault?: string; by?: string }> {
  const params = { name: 'work', arguments: { text }, ...(modern && { _meta: modernMeta }) }
  const headers = modern
    ? { 'mcp-protocol-version': '2026-07-28', 'mcp-method': 'tools/call', 'mcp-name': 'work' }
    : { 'mcp-protocol-version': '2025-11-25' }
  try {
    const { status, body } = await post(port, { ...mcpHeaders, ...headers }, rpc('tools/call', params))
    const [, by] = new RegExp(`"text":"${text} (\\d)"`).exec(body) ?? []
    return status === 200 && by !== undefined ? { by } : { fault: `${status} ${body.slice(0, 200)}` }
  } catch (error) {
    return { fault: String(error) }
  }
}

function post(port: number, headers: Record<string, string>, body: string) {
  return new Promise<{ status: number; body: string }>((resolve, reject) => {
    const options = { agent, method: 'POST', host: '127.0.0.1', port, path: '/mcp', headers }
    const outgoing = request(options, (incoming) => {
      let text = ''
      incoming.setEncoding('utf8').on('data', (data: string) => {
        text += data
      })
      incoming.on('error', reject)
      incoming.on('end', () => resolve({ status: incoming.statusCode ?? 0, body: text }))
    })
    outgoing.setTimeout(patience, () => outgoing.destroy(new Error('no answer')))
    outgoing.on('error', reject)
    outgoing.end(body)
  })
}

import { readdirSync, readFileSync } from 'node:fs'
import { transformSync } from 'esbuild'
import { program, type Started, start } from '../test/support/program.ts'
import { Project } from '../test/support/project.ts'
import { Load } from './load.ts'
import { bare, express, handlerV2, serverV1, serverV2 } from './servers.ts'
import { interleaved, type Row, ratio } from './table.ts'

const calls = 3_000
const inFlight = 32

/** A4 to A6: calls a second with 32 in flight over kept connections, and the CPU time each costs the server. */
export async function benchHttp(rounds: number): Promise<Row[]> {
  using project = new Project({
    'v1.mjs': transformSync(serverV1, { loader: 'ts' }).code,
    'v2.mjs': serverV2,
    'bare.mjs': bare,
    'express.mjs': express,
    'handler.mjs': handlerV2,
  })
  const ours = (file: string) => [program, 'run', project.path(file), '-t', 'http', '-p', '0']
  await using peers = await Peers.start({
    bare: { args: [project.path('bare.mjs')], era: 'none' },
    express: { args: [project.path('express.mjs')], era: 'legacy' },
    session: { args: ours('v1.mjs'), era: 'legacy' },
    handler: { args: [project.path('handler.mjs')], era: 'modern' },
    modern: { args: ours('v2.mjs'), era: 'modern' },
  })
  await peers.round()
  const rate = await interleaved(rounds, peers.measurements())
  const cpu = peers.cpuPerCall()
  return [
    {
      id: 'A4',
      what: 'session tools/call a second, by a bare node:http echo',
      value: ratio(rate.session, rate.bare),
      target: '≥ 0.60',
    },
    {
      id: 'A4',
      what: 'session tools/call a second, by SDK v1 on Express',
      value: ratio(rate.session, rate.express),
      target: '≥ 2.5',
    },
    {
      id: 'A5',
      what: 'modern tools/call a second, by a bare node:http echo',
      value: ratio(rate.modern, rate.bare),
      target: '≥ 0.50',
    },
    {
      id: 'A5',
      what: "modern tools/call a second, by SDK v2's handler",
      value: ratio(rate.modern, rate.handler),
      target: '≥ 4',
    },
    { id: 'A6', what: 'server CPU a session call', value: ms(cpu.session), target: '≤ 0.45' },
    { id: 'A6', what: 'server CPU a modern call', value: ms(cpu.modern), target: '≤ 0.60' },
    { id: 'A6', what: 'server CPU a call of the bare echo', value: ms(cpu.bare), target: '' },
    { id: 'A6', what: 'server CPU a call of SDK v1 on Express', value: ms(cpu.express), target: '' },
    { id: 'A6', what: "server CPU a call of SDK v2's handler", value: ms(cpu.handler), target: '' },
    { id: 'A6', what: 'client CPU a call of the bare echo', value: ms(peers.clientCpu('bare')), target: '' },
  ]
}

const ms = (value: number) => `${value.toFixed(3)} ms`

type Era = 'none' | 'legacy' | 'modern'
type Name = 'bare' | 'express' | 'session' | 'handler' | 'modern'

interface Peer {
  started: Started
  load: Load
  calls: number
  cpu: number
  clientCpu: number
}

class Peers implements AsyncDisposable {
  readonly #peers: Map<Name, Peer>

  private constructor(peers: Map<Name, Peer>) {
    this.#peers = peers
  }

  static async start(wanted: Record<Name, { args: string[]; era: Era }>): Promise<Peers> {
    const peers = new Map<Name, Peer>()
    for (const [name, { args, era }] of Object.entries(wanted) as [Name, { args: string[]; era: Era }][]) {
      const started = start(process.execPath, args)
      const [, url = ''] = await started.until(/listening on (\S+)/)
      peers.set(name, {
        started,
        load: await Load.open(new URL(url), era, inFlight),
        calls: 0,
        cpu: 0,
        clientCpu: 0,
      })
    }
    return new Peers(peers)
  }

  /** One round for each, not counted: code is compiled by what it does most. */
  async round(): Promise<void> {
    for (const { load } of this.#peers.values()) await load.run(calls)
  }

  measurements(): Record<Name, () => Promise<number>> {
    const entries = [...this.#peers].map(([name, peer]) => [name, () => measure(peer)] as const)
    return Object.fromEntries(entries) as Record<Name, () => Promise<number>>
  }

  cpuPerCall(): Record<Name, number> {
    const entries = [...this.#peers].map(([name, peer]) => [name, peer.cpu / peer.calls])
    return Object.fromEntries(entries) as Record<Name, number>
  }

  /** What the client itself has used for each call: more than the server, and it is the client that is measured. */
  clientCpu(name: Name): number {
    const peer = this.#peers.get(name)
    return peer ? peer.clientCpu / peer.calls : Number.NaN
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const { started } of this.#peers.values()) await started[Symbol.asyncDispose]()
  }
}

async function measure(peer: Peer): Promise<number> {
  const before = cpuOf(peer.started)
  const own = process.cpuUsage()
  const took = await peer.load.run(calls)
  const { user, system } = process.cpuUsage(own)
  peer.clientCpu += (user + system) / 1000
  peer.cpu += cpuOf(peer.started) - before
  peer.calls += calls
  return (calls / took) * 1000
}

/** CPU milliseconds the threads of a process have used, by the scheduler's own account. */
function cpuOf({ child }: Started): number {
  const tasks = `/proc/${child.pid}/task`
  const used = readdirSync(tasks).map((task) =>
    Number(readFileSync(`${tasks}/${task}/schedstat`, 'utf8').split(' ')[0]),
  )
  return used.reduce((sum, nanoseconds) => sum + nanoseconds, 0) / 1e6
}

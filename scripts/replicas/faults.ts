// What happens to replicas and their Redis while clients call.
import { setTimeout as delay } from 'node:timers/promises'
import type { Headers, ReplicaServers } from '../../test/replicas/replica-servers.ts'
import { call } from '../../test/support/raw-calls.ts'
import { openSession } from '../../test/support/raw-http.ts'

/** One thing that happened, from when to when. */
export interface Window {
  readonly what: string
  readonly from: number
  readonly to: number
  /** Milliseconds from the end of a fault of Redis until a session could be opened at a replica that did not hold it. */
  readonly healed?: number
}

export interface Stage {
  readonly servers: ReplicaServers
  /** What replicas are started with; another `DEPLOYED` is other code. */
  readonly env: Record<string, string>
  readonly random: () => number
}

type Fault = (stage: Stage) => Promise<number | undefined>

const between = ({ random }: Stage, least: number, most: number) => least + random() * (most - least)

const some = ({ servers, random }: Stage) => Math.floor(random() * servers.running.length)

/** A session that one replica holds, opened as soon as what happened before lets it. */
async function openAt(servers: ReplicaServers, at: number): Promise<Headers> {
  let headers: Headers = {}
  await servers.until(async () => {
    headers = await openSession(servers.urlOf(at)).catch(() => ({}))
    return (await call(servers.urlOf(at), headers, 'pid').catch(() => ({ status: 0 }))).status === 200
  }, 60_000)
  return headers
}

/** What breaks Redis, until it is whole again; and how long it takes all to have noticed that. */
const ofRedis =
  (harm: (stage: Stage) => Promise<void>): Fault =>
  async (stage) => {
    const { servers } = stage
    const at = some(stage)
    const other = servers.urlOf((at + 1) % servers.running.length)
    const headers = await openAt(servers, at)
    await harm(stage)
    const begun = performance.now()
    // It is held by one, and asked for at another.
    await servers.until(async () => {
      const answer = await call(other, headers, 'pid').catch(() => ({ status: 0 }))
      if (answer.status === 404) throw new Error('a session was said not to be there')
      return answer.status === 200
    }, 60_000)
    return performance.now() - begun
  }

export const faults: Readonly<Record<string, Fault>> = {
  'replica killed': async (stage) => {
    const at = some(stage)
    stage.servers.running[at]?.kill('SIGKILL')
    await stage.servers.running[at]?.exited
    await delay(between(stage, 0, 1_000))
    await stage.servers.again(at)
    return undefined
  },
  'replica paused': async (stage) => {
    const one = stage.servers.running[some(stage)]
    one?.kill('SIGSTOP')
    await delay(between(stage, 500, 6_000))
    one?.kill('SIGCONT')
    return undefined
  },
  deploy: async ({ servers, env }) => {
    env.DEPLOYED = String(Number(env.DEPLOYED ?? 0) + 1)
    for (const [at, one] of servers.running.entries()) {
      one.kill('SIGTERM')
      await one.exited
      await servers.again(at)
    }
    return undefined
  },
  'Redis paused': ofRedis(async (stage) => {
    stage.servers.redis.pause()
    await delay(between(stage, 500, 5_000))
    stage.servers.redis.goOn()
  }),
  'Redis killed': ofRedis(async (stage) => {
    await stage.servers.redis.kill()
    await delay(between(stage, 0, 3_000))
    await stage.servers.redis.restart()
  }),
  'Redis cut off': ofRedis(async (stage) => {
    const wire = stage.servers.wires[some(stage)]
    wire?.cut()
    await delay(between(stage, 500, 5_000))
    wire?.mend()
  }),
  'Redis failed over': ofRedis(({ servers }) => servers.failOver()),
  'Redis emptied': ofRedis(async ({ servers }) => void (await servers.redis.client.flushall())),
}

/** Lets one thing happen. */
export async function happen(what: string, stage: Stage): Promise<Window> {
  const from = performance.now()
  const healed = await faults[what]?.(stage)
  return { what, from, to: performance.now(), ...(healed !== undefined && { healed }) }
}

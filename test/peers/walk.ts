import { setTimeout as delay } from 'node:timers/promises'
import { collecting, type Program } from '../matrix/programs.ts'
import type { Peer } from './peer.ts'
import { type Came, Refused, type Step } from './step.ts'
import type { Tool } from './tools.ts'

/** Does one step, and ends every program that was started for it. */
export async function walk(step: Step, peer: Peer, tools: readonly Tool[]): Promise<Came> {
  const started = performance.now()
  const came = (is: Came['is'], words?: string): Came => ({
    server: peer.name,
    step: step.name,
    is,
    ...(words && { words }),
    took: Math.round(performance.now() - started),
  })
  try {
    return came('right', await ending(step.limit, () => step.walk(peer, tools)))
  } catch (error) {
    const words = error instanceof Error ? error.message : String(error)
    return came(error instanceof Refused ? 'refused' : 'wrong', words)
  }
}

/** All that runs now, which ends with this process however that is ended. */
const running = new Set<readonly Program[]>()
process.once('SIGTERM', () => process.exit(143)).once('SIGINT', () => process.exit(130))
process.on('exit', () => {
  for (const one of [...running].flat()) if (one.runs) one.child.kill()
})

/** Does something within so many milliseconds, and ends every program that was started meanwhile. */
export async function ending<T>(limit: number, act: () => Promise<T>): Promise<T> {
  const programs: Program[] = []
  running.add(programs)
  const done = new AbortController()
  const late = async () => {
    await delay(limit, undefined, { signal: done.signal })
    throw new Error(`no end after ${limit / 1000} s`)
  }
  const [acting, timer] = [collecting(programs, act), late()]
  for (const one of [acting, timer]) one.catch(() => undefined)
  try {
    return await Promise.race([acting, timer])
  } finally {
    done.abort()
    await Promise.all(programs.map((program) => program.stop()))
    running.delete(programs)
  }
}

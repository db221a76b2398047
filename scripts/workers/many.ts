// Line 14 of the design: more sessions than are kept, and the memory of all processes together.
import { readdirSync, readFileSync } from 'node:fs'
import { WorkersServer } from '../../test/workers/workers-server.ts'
import { inLanes } from '../lanes.ts'
import type { Outcome } from './design.ts'
import { RawSession } from './raw-session.ts'

/** Sessions that are asked at the end. */
const asked = 500

/**
 * Opens so many sessions. What the second half adds to memory must not be more than a tenth of what the first has taken,
 * and the last of them are all there, also once a worker was killed.
 */
export async function many(count: number): Promise<Outcome> {
  // As many as are kept of 100,000.
  const most = Math.max(10, Math.ceil(count / 10))
  await using server = await WorkersServer.start('shared.ts', {
    count: 2,
    args: ['--max-sessions', String(most)],
  })
  const pid = await (await RawSession.open(server.url)).call('pid')
  const before = memoryOf(pid)
  const last: RawSession[] = []
  let early = 0
  await inLanes(count, async (nth) => {
    last.push(await RawSession.open(server.url))
    if (last.length > Math.min(asked, most / 2)) last.shift()
    if (nth + 1 >= count / 2 && early === 0) early = memoryOf(pid)
  })
  const late = memoryOf(pid)
  const lost = await lostOf(last)
  const killed = performance.now()
  process.kill(Number(pid), 'SIGKILL')
  await server.until(/serves instead/)
  const replaced = performance.now() - killed
  const { lost: lostByKill, slowest } = await comeBack(last)
  const each = ((late - before) * 1024) / most
  const note = [
    `${early.toFixed(0)} MiB after half, ${late.toFixed(0)} MiB at the end: ${each.toFixed(0)} KiB for each that is kept`,
    `a worker that was killed replaced after ${replaced.toFixed(0)} ms, and at most ${slowest.toFixed(0)} ms to answer then`,
  ].join('; ')
  return { count, lost: lost + lostByKill, wrong: late > 1.1 * early + 20 ? 1 : 0, note }
}

/** How many do not answer. */
async function lostOf(sessions: readonly RawSession[]): Promise<number> {
  let lost = 0
  for (const session of sessions) if (!/^(?![45]\d\d$)\d+$/.test(await session.call('pid'))) lost++
  return lost
}

/** Asks them one by one, and says how long the slowest took. */
async function comeBack(sessions: readonly RawSession[]): Promise<{ lost: number; slowest: number }> {
  let [lost, slowest] = [0, 0]
  for (const session of sessions) {
    const begun = performance.now()
    lost += await lostOf([session])
    slowest = Math.max(slowest, performance.now() - begun)
  }
  return { lost, slowest }
}

/** MiB that all processes of a server have in memory, of which this is a worker. */
export function memoryOf(worker: string): number {
  const first = parentOf(worker)
  const all = readdirSync('/proc').filter((name) => /^\d+$/.test(name))
  return [first, ...all.filter((one) => parentOf(one) === first)].reduce(
    (sum, one) => sum + residentOf(one),
    0,
  )
}

function parentOf(pid: string): string {
  try {
    return /PPid:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1] ?? ''
  } catch {
    return ''
  }
}

/** MiB that a process has in memory; none where it is gone. */
export function residentOf(pid: string): number {
  try {
    return Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1] ?? 0) / 1024
  } catch {
    return 0
  }
}

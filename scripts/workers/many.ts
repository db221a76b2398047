// Line 14 of the design: more sessions than are kept, and the memory of all processes together.
import { readdirSync, readFileSync } from 'node:fs'
import { WorkersServer } from '../../test/workers/workers-server.ts'
import type { Outcome } from './design.ts'
import { RawSession } from './raw-session.ts'

/** Opens so many sessions; what the last four fifths add to memory must not be more than a quarter of it. */
export async function many(count: number): Promise<Outcome> {
  // As many as are kept of 100,000.
  const most = String(Math.max(10, Math.ceil(count / 10)))
  await using server = await WorkersServer.start('shared.ts', { count: 2, args: ['--max-sessions', most] })
  const pid = await (await RawSession.open(server.url)).call('pid')
  let opened = 0
  let early = 0
  const lanes = Array.from({ length: 16 }, async () => {
    while (opened++ < count) {
      await RawSession.open(server.url)
      if (opened >= count / 5 && early === 0) early = memoryOf(pid)
    }
  })
  await Promise.all(lanes)
  const late = memoryOf(pid)
  const note = `${early.toFixed(0)} MiB after a fifth, ${late.toFixed(0)} MiB at the end`
  return { count, lost: 0, wrong: late > 1.25 * early + 20 ? 1 : 0, note }
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

function residentOf(pid: string): number {
  try {
    return Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1] ?? 0) / 1024
  } catch {
    return 0
  }
}

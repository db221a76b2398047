import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { setTimeout as delay } from 'node:timers/promises'

export const runs = (pid: number): boolean => {
  try {
    process.kill(pid, 0)
    return true
  } catch {
    return false
  }
}

/** Processes end in their own time; this waits for the last of them. */
export async function ended(pids: readonly number[]): Promise<void> {
  for (let tries = 0; pids.some(runs); tries++) {
    if (tries > 100) assert.fail(`still running: ${pids.filter(runs).join()}`)
    await delay(50)
  }
}

/** The most memory that a process has had, in MiB; Linux alone tells it. */
export const peakMemory = (pid: number): number =>
  Number(/VmHWM:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1]) / 1024

/** Waits until a number stays the same for a second. */
export async function settled(read: () => number): Promise<number> {
  for (let last = read(), tries = 0; tries < 30; tries++) {
    await delay(1000)
    if (read() === last && last > 0) return last
    last = read()
  }
  return assert.fail('it never comes to rest')
}

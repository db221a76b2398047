import { cpus } from 'node:os'
import { setTimeout as delay } from 'node:timers/promises'

/** How many tasks run although the processors are busy, and how many at the most. */
export interface Width {
  readonly least: number
  readonly most: number
}

/** How long the processors are watched before another task is started, in milliseconds. */
const glance = 250
/** The idle part of the processors that leaves room for another task. */
const room = 0.1

/**
 * Does every task, as many at once as the processors have room for: most of a task is waiting, and how much differs
 * too widely for a fixed number of them.
 */
export async function doAll<T>(
  tasks: readonly T[],
  act: (task: T) => Promise<void>,
  { least, most }: Width,
): Promise<void> {
  const running = new Set<Promise<void>>()
  for (const task of tasks) {
    while (running.size >= least && (running.size >= most || (await idle()) < room)) {
      if (running.size >= most) await Promise.race(running)
    }
    const one = act(task).finally(() => running.delete(one))
    running.add(one)
  }
  await Promise.all(running)
}

/** The part of the processors' time that nobody uses, from 0 to 1, over a moment. */
async function idle(): Promise<number> {
  const before = times()
  await delay(glance)
  const after = times()
  return (after.idle - before.idle) / Math.max(1, after.all - before.all)
}

function times(): { idle: number; all: number } {
  const sum = (numbers: number[]) => numbers.reduce((total, one) => total + one, 0)
  const all = cpus().map(({ times: one }) => one)
  return { idle: sum(all.map((one) => one.idle)), all: sum(all.map((one) => sum(Object.values(one)))) }
}

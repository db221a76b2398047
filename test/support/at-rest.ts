import { readFileSync } from 'node:fs'
import { setTimeout as delay } from 'node:timers/promises'

/** How long nothing may have happened, in milliseconds. */
const quiet = 600
const glance = 200

/**
 * Waits until these processes and all that they have started do nothing but wait, so that what they prepare is
 * ready however busy the machine is. Linux alone tells; elsewhere, and after the limit, it goes on.
 */
export async function atRest(pids: readonly number[], limit: number): Promise<void> {
  const deadline = Date.now() + limit
  let last = ''
  for (let still = 0; still < quiet && Date.now() < deadline; ) {
    await delay(glance)
    const now = pids.flatMap(doingOf).join()
    still = now === last && !now.includes('R') ? still + glance : 0
    last = now
  }
}

/** What a process, and those below it, are at, and the processor time that all their threads have had. */
function doingOf(pid: number): string[] {
  try {
    const children = readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').trim().split(' ')
    const below = children.filter(Boolean).flatMap((child) => doingOf(Number(child)))
    return [statOf(`/proc/${pid}/stat`), ...below]
  } catch {
    // It has ended, or there is no /proc.
    return []
  }
}

function statOf(path: string): string {
  // The program's name stands in brackets, and may hold anything.
  const [state, ...fields] = readFileSync(path, 'utf8')
    .replace(/^.*\) /s, '')
    .split(' ')
  const [user, system] = [fields[10], fields[11]]
  return `${state} ${user} ${system}`
}

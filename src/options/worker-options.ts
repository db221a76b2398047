import { availableParallelism } from 'node:os'
import { choice, define, integer, ownEnv } from './option.ts'

/** Processes at the most: beyond it each has hardly anything to do. */
const most = 256

/** How many processes serve, or `auto` for one on each processor. */
export function workerCount(value: string): number | 'auto' {
  if (value === 'auto') return value
  const count = Number(value)
  if (!/^\d{1,4}$/.test(value) || count < 1 || count > most) {
    throw new Error(`must be auto or a whole number from 1 to ${most}`)
  }
  return count
}
workerCount.json = { type: ['integer', 'string'] } as const

/** The number of processes that a setting means. */
export const workersMeant = (value: number | 'auto'): number =>
  value === 'auto' ? availableParallelism() : value

/** Who serves a session where several processes could. */
export const sessionServers = ['owner', 'anywhere'] as const

/** The options of serving with several processes. */
export const workerOptions = {
  workers: define<number | 'auto' | undefined>({
    name: 'workers',
    value: 'number|auto',
    group: 'HTTP',
    help: 'serve with this many processes on one port, and replace those that crash or hang',
    env: ownEnv('workers'),
    config: true,
    default: undefined,
    defaultText: 'this process alone',
    parse: workerCount,
  }),
  sessions: define<(typeof sessionServers)[number]>({
    name: 'sessions',
    value: 'owner|anywhere',
    group: 'HTTP',
    help: 'who serves a session whose server has a memory of its own: one process, or any',
    env: ownEnv('sessions'),
    config: true,
    default: 'owner',
    parse: choice(sessionServers),
  }),
  workerTimeout: define<number>({
    name: 'workerTimeout',
    value: 'seconds',
    group: 'HTTP',
    help: 'replace a worker that has not responded for this long; 0 never does',
    env: ownEnv('workerTimeout'),
    config: true,
    default: 30,
    parse: integer(0, 3600),
  }),
} as const

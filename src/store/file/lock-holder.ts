import { randomUUID } from 'node:crypto'
import { readFileSync, readlinkSync } from 'node:fs'
import { hostname } from 'node:os'
import { isRecord } from '../../protocol/jsonrpc.ts'
import { codeOf } from '../../terminal/errors.ts'

/** The holder of a lock. */
export interface Holder {
  /** Unique per lock. */
  readonly name: string
  readonly pid: number
  /** Start time of its process as the system reports it, which differs if the pid is reused. */
  readonly began: string
  /** The scope in which the pid is valid: the boot of the machine, and the pid namespace of the container. */
  readonly place: string
  readonly host: string
}

/** What this process can tell about a holder. */
export type Verdict = 'alive' | 'gone' | 'unknown'

/** Locks of this process, for systems that do not report start times. */
const own = new Set<string>()

export function newHolder(): Holder {
  const { pid } = process
  const holder = { name: randomUUID(), pid, began: beginOf(pid), place: pidScope(), host: hostname() }
  own.add(holder.name)
  return holder
}

export const forgetHolder = (holder: Holder): void => void own.delete(holder.name)

/** @param text the content of a lock file, which is invalid if its writer was killed. */
export function holderIn(text: string): Holder | undefined {
  try {
    const value: unknown = JSON.parse(text)
    if (!isRecord(value)) return undefined
    const { name, pid, began, place, host } = value
    const words = [name, began, place, host].every((word) => typeof word === 'string')
    return words && Number.isSafeInteger(pid) ? (value as unknown as Holder) : undefined
  } catch {
    return undefined
  }
}

/** Whether a holder is still running; unknown for another machine or container. */
export function verdictOn(holder: Holder): Verdict {
  if (holder.place !== pidScope()) return 'unknown'
  if (holder.pid === process.pid && holder.began === '') return own.has(holder.name) ? 'alive' : 'gone'
  try {
    process.kill(holder.pid, 0)
  } catch (error) {
    if (codeOf(error) === 'ESRCH') return 'gone'
  }
  return holder.began === beginOf(holder.pid) ? 'alive' : 'gone'
}

/** Start time of a process in clock ticks; empty if the system does not report it, and for zombies. */
function beginOf(pid: number): string {
  const stat = textOf(() => readFileSync(`/proc/${pid}/stat`, 'latin1'))
  // The program name precedes in parentheses, and may contain anything.
  const [state = '', ...fields] = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
  return state === 'Z' || state === 'X' ? '' : (fields[18] ?? '')
}

function pidScope(): string {
  const boot = textOf(() => readFileSync('/proc/sys/kernel/random/boot_id', 'latin1')).trim()
  const space = textOf(() => readlinkSync('/proc/self/ns/pid'))
  return boot === '' ? hostname() : `${boot} ${space}`
}

function textOf(read: () => string): string {
  try {
    return read()
  } catch {
    return ''
  }
}

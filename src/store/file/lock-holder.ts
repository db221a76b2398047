import { randomUUID } from 'node:crypto'
import { readFileSync, readlinkSync } from 'node:fs'
import { hostname } from 'node:os'
import { isRecord } from '../../protocol/jsonrpc.ts'
import { codeOf } from '../../terminal/errors.ts'

/** Who has a file to itself. */
export interface Holder {
  /** Unique for every lock that is taken. */
  readonly name: string
  readonly pid: number
  /** When its process began, as the system says it; a number that is given again later does not have the same. */
  readonly began: string
  /** Where its number means something: the machine since it was started, and the container. */
  readonly place: string
  readonly host: string
}

/** What can be said of a holder from here. */
export type Verdict = 'alive' | 'gone' | 'unknown'

/** Locks of this very process, for systems that do not say when one began. */
const own = new Set<string>()

export function newHolder(): Holder {
  const { pid } = process
  const holder = { name: randomUUID(), pid, began: beginOf(pid), place: pidScope(), host: hostname() }
  own.add(holder.name)
  return holder
}

export const forgetHolder = (holder: Holder): void => void own.delete(holder.name)

/** @param text what is in a lock file; nothing that makes sense, when its writer was killed over it. */
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

/** Whether a holder still runs; of one on another machine or in another container nobody here can say. */
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

/**
 * When a process began, in the machine's own ticks; nothing where the system does not tell, and of one that has ended
 * and that nobody has asked about yet.
 */
function beginOf(pid: number): string {
  const stat = textOf(() => readFileSync(`/proc/${pid}/stat`, 'latin1'))
  // The name of the program comes before, in brackets, and may hold anything.
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

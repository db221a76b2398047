import { readFileSync } from 'node:fs'

/** A server's own process, and those that it runs user code in; Linux alone tells. */
export function processesOf(pid: number): number[] {
  try {
    const children = readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').trim().split(' ')
    return [pid, ...children.filter(Boolean).map(Number).filter(isGeneration)]
  } catch {
    return [pid]
  }
}

function isGeneration(pid: number): boolean {
  try {
    return /generation/.test(readFileSync(`/proc/${pid}/cmdline`, 'utf8'))
  } catch {
    return false
  }
}

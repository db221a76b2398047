import { shown } from '../../options/option.ts'
import { reachFault } from '../../remote/reach-fault.ts'
import { CliError, exitCodes } from '../../terminal/errors.ts'
import type { Opened } from './open-destination.ts'

class TimedOut extends Error {}

export const timedOut = (limit: number): Error => new TimedOut(`no answer in ${limit / 1000} s`)

/** One line for whatever kept a client from connecting; the original is its `cause`. */
export function connectFault(error: unknown, { label, words }: Opened): CliError {
  const [first, ...more] = words?.lines ?? []
  const details = more.map((line) => `  ${line}`)
  if (first !== undefined && !(error instanceof TimedOut)) {
    return new CliError(exitCodes.load, `${shown(label)} did not start: ${first}`, details, { cause: error })
  }
  const reason = reachFault(error, "give headers: { authorization: 'Bearer …' }")
  const all = first === undefined ? [] : [`  ${first}`, ...details]
  return new CliError(exitCodes.listen, `cannot connect to ${shown(label)}: ${reason}`, all, { cause: error })
}

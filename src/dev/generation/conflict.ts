import { codeOf } from '../../terminal/errors.ts'

/** What is said of something that only one process can have: a port, a lock, a file that must be new, a database. */
const conflictCodes: ReadonlySet<string | undefined> = new Set([
  'EADDRINUSE',
  'EEXIST',
  'EBUSY',
  'ETXTBSY',
  'EAGAIN',
  'ELOCKED',
  'LEVEL_LOCKED',
  'SQLITE_BUSY',
])

/** How deep the causes of an error are looked into. */
const depth = 5

/** SQLite's own number for a database that another process has locked. */
const sqliteBusy = 5

/** Whether an error, or what caused it, is that another process has what this one wants. */
export function isConflict(error: unknown, left = depth): boolean {
  if (!(error instanceof Error) || left === 0) return false
  if (conflictCodes.has(codeOf(error)) || isBusyDatabase(error)) return true
  if (isConflict(error.cause, left - 1)) return true
  return error instanceof AggregateError && error.errors.some((one) => isConflict(one, left - 1))
}

const isBusyDatabase = (error: Error): boolean =>
  codeOf(error) === 'ERR_SQLITE_ERROR' && Reflect.get(error, 'errcode') === sqliteBusy

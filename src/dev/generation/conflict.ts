import { codeOf } from '../../terminal/errors.ts'

/** Error codes for resources that only one process can hold: a port, a lock, a new file, a database. */
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

/** Maximum depth of an error's cause chain. */
const depth = 5

/** SQLite's code for a locked database. */
const sqliteBusy = 5

/** Whether an error or its cause says that another process holds a resource. */
export function isConflict(error: unknown, left = depth): boolean {
  if (!(error instanceof Error) || left === 0) return false
  if (conflictCodes.has(codeOf(error)) || isBusyDatabase(error)) return true
  if (isConflict(error.cause, left - 1)) return true
  return error instanceof AggregateError && error.errors.some((one) => isConflict(one, left - 1))
}

const isBusyDatabase = (error: Error): boolean =>
  codeOf(error) === 'ERR_SQLITE_ERROR' && Reflect.get(error, 'errcode') === sqliteBusy

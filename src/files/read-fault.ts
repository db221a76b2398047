import { codeOf, messageOf } from '../terminal/errors.ts'

const reasons = new Map([
  ['ENOENT', 'file not found'],
  ['EISDIR', 'it is a folder'],
  ['EACCES', 'permission denied'],
  ['EPERM', 'permission denied'],
])

/** Why a file could not be read, without its path, which the message has already. */
export function readFault(error: unknown): string {
  const code = codeOf(error)
  return code === undefined ? messageOf(error) : (reasons.get(code) ?? `it cannot be read (${code})`)
}

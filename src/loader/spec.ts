import { shown } from '../options/option.ts'
import { usageError } from '../terminal/errors.ts'

/** What a person typed to name a server. */
export interface Spec {
  /** A file, a folder or a package; empty for "look around here". */
  readonly target: string
  readonly exportName: string | undefined
}

/**
 * Splits `server.ts:name`. A colon of a Windows drive (`C:\server.ts`) belongs to the path, and so does one
 * in the name of a file that exists.
 * @throws CliError (exit 2) for what can be no spec at all.
 */
export function parseSpec(text: string, exists: (path: string) => boolean): Spec {
  if (text.includes('\0')) throw usageError('the server spec contains a NUL byte')
  if (text.length > 4096) throw usageError('the server spec is too long')
  if (/^https?:\/\//i.test(text)) {
    throw usageError(`${shown(text)} is a URL, which only fastmcp run, list, call and inspect accept`)
  }
  const colon = text.lastIndexOf(':')
  if (colon <= 0 || isDrive(text, colon) || exists(text)) return { target: text, exportName: undefined }
  const exportName = text.slice(colon + 1)
  const target = text.slice(0, colon)
  if (exportName === '')
    throw usageError(`name an export after the colon of ${shown(text)}, such as ${shown(target)}:mcp`)
  return { target, exportName }
}

const isDrive = (text: string, colon: number) => colon === 1 && /^[A-Za-z]:([\\/]|$)/.test(text)

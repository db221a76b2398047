import { fileURLToPath } from 'node:url'

/** Exit codes, as documented in the README; scripts and supervisors may rely on them. */
export const exitCodes = {
  ok: 0,
  failed: 1,
  usage: 2,
  load: 3,
  /** The address cannot be listened on, or the server not be reached. */
  listen: 4,
  /** The server answered, with an error. */
  answered: 5,
  /** Ended by Ctrl-C. */
  interrupted: 130,
} as const

export type ExitCode = (typeof exitCodes)[keyof typeof exitCodes]

const brand = Symbol.for('fastmcp.error')

/**
 * A failure the person at the terminal can do something about: one line with the cause, optional detail
 * lines with the remedy, and the exit code. Anything else that reaches the CLI's catch is a bug of ours.
 */
export class CliError extends Error {
  readonly [brand] = true
  override readonly name = 'CliError'
  readonly exitCode: ExitCode
  readonly details: readonly string[]

  constructor(exitCode: ExitCode, message: string, details: readonly string[] = [], options?: ErrorOptions) {
    super(message, options)
    this.exitCode = exitCode
    this.details = details
  }

  /** The library and the command line are two copies of this package in one process. */
  static override [Symbol.hasInstance](value: unknown): boolean {
    return typeof value === 'object' && value !== null && brand in value
  }
}

export const usageError = (message: string, ...details: string[]) =>
  new CliError(exitCodes.usage, message, details)

export const loadError = (message: string, ...details: string[]) =>
  new CliError(exitCodes.load, message, details)

/** The same, with what it came of. */
export const loadErrorOf = (cause: unknown, message: string, ...details: string[]) =>
  new CliError(exitCodes.load, message, details, { cause })

/** The message of whatever was thrown, for values that may not be an `Error`. */
export function messageOf(thrown: unknown): string {
  if (thrown instanceof Error) return thrown.message
  try {
    return typeof thrown === 'string' ? thrown : (JSON.stringify(thrown) ?? String(thrown))
  } catch {
    // A circle, a BigInt, or too deep; some objects cannot even be made a text.
    return typeof thrown === 'object' ? '[object Object]' : String(thrown)
  }
}

/** For whoever looks for the bug: the stack of an error, or what else was thrown. */
export const stackOf = (thrown: unknown): string =>
  thrown instanceof Error ? (thrown.stack ?? thrown.message) : messageOf(thrown)

/** The `code` that Node puts on its errors (`EADDRINUSE`, `ERR_MODULE_NOT_FOUND` …). */
export function codeOf(thrown: unknown): string | undefined {
  const code = typeof thrown === 'object' && thrown !== null && 'code' in thrown ? thrown.code : undefined
  return typeof code === 'string' ? code : undefined
}

/** A line of a stack with the path of its file where V8 shows a URL, in which a letter such as ü cannot be read. */
export function frameWithPath(line: string): string {
  return line.replace(/file:\/\/\/?[^\s()]+?(?=:\d+(?::\d+)?\)?$)/, (url) => {
    try {
      return fileURLToPath(url)
    } catch {
      return url
    }
  })
}

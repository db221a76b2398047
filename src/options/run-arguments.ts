import { usageError } from '../terminal/errors.ts'
import { type CommandLine, parseCommandLine } from './command-line.ts'
import { runTable } from './dev-options.ts'
import { shown } from './option.ts'

/** The command line of a command that takes one server. */
export interface ParsedArgs extends Omit<CommandLine<keyof typeof runTable>, 'words'> {
  /** The server spec, empty when none was given. */
  spec: string
}

/**
 * Parses the arguments of `fastmcp run`.
 * @throws CliError (exit 2) for anything that is not exactly understood, with the nearest thing that would be.
 */
export function parseRunArgs(argv: readonly string[]): ParsedArgs {
  const { words, ...parsed } = parseCommandLine(argv, runTable)
  const [spec = '', ...extra] = words
  if (extra.length > 0) {
    throw usageError(
      `one server at a time; arguments for it go after --, as in: -- ${extra.map(shown).join(' ')}`,
    )
  }
  return { ...parsed, spec }
}

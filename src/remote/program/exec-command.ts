import { existsSync } from 'node:fs'
import { shown } from '../../options/option.ts'
import { loadError, messageOf, usageError } from '../../terminal/errors.ts'
import { commandFault, inHome } from './command-fault.ts'
import { commandWords } from './command-words.ts'

/** A program and its arguments, as `--exec` names them. */
export interface ExecCommand {
  command: string
  args: string[]
}

/**
 * What `--exec` means.
 * @param spec what else names a server on the line, and must be empty.
 * @throws CliError (exit 2) when the text is no command.
 */
export function execCommand(exec: string, spec: string, userArgs: readonly string[]): ExecCommand {
  if (spec !== '') throw usageError(`--exec names the server already, and ${shown(spec)} names another`)
  const [command = '', ...args] = wordsOf(exec)
  for (const word of args) {
    if (!word.startsWith('~/') || existsSync(word) || !existsSync(inHome(word))) continue
    throw usageError(`--exec is started without a shell, which ${shown(word)} needs: write ${inHome(word)}`)
  }
  return { command, args: [...args, ...userArgs] }
}

/** @throws CliError (exit 3) when there is no such program, so that nobody has to find out by a session that fails. */
export function checkCommand(command: Parameters<typeof commandFault>[0], origin: string): void {
  const fault = commandFault(command)
  if (fault !== undefined) throw loadError(`${origin}: ${fault}`)
}

function wordsOf(exec: string): string[] {
  try {
    return commandWords(exec)
  } catch (error) {
    throw usageError(`--exec ${messageOf(error)}`)
  }
}

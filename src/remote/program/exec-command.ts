import { existsSync } from 'node:fs'
import { shown } from '../../options/option.ts'
import { loadError, messageOf, usageError } from '../../terminal/errors.ts'
import { commandFault, inHome } from './find-program.ts'

/** The program and arguments of `--exec`. */
export interface ExecCommand {
  command: string
  args: string[]
}

/**
 * Parses `--exec`.
 * @param spec another server on the command line, which must be empty.
 * @throws CliError (exit 2) when the text is not a command.
 */
export function execCommand(exec: string, spec: string, userArgs: readonly string[]): ExecCommand {
  if (spec !== '') throw usageError(`--exec already names the server, and ${shown(spec)} names another`)
  const [command = '', ...args] = wordsOf(exec)
  for (const word of args) {
    if (!word.startsWith('~/') || existsSync(word) || !existsSync(inHome(word))) continue
    throw usageError(`--exec runs without a shell, which ${shown(word)} needs: write ${inHome(word)}`)
  }
  return { command, args: [...args, ...userArgs] }
}

/** @throws CliError (exit 3) when the program is not found, checked before the first session. */
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

/**
 * Splits a command line into words as a shell does, with quotes and backslashes, but without variables or pipes.
 * @throws Error for an unclosed quote, an empty line, or shell operators.
 */
function commandWords(line: string): string[] {
  const words: string[] = []
  let word: string | undefined
  let quote: string | undefined
  let quoted = false
  const end = () => {
    if (word !== undefined && !quoted) refuseOperator(word)
    if (word !== undefined) words.push(word)
    word = undefined
    quoted = false
  }
  for (let at = 0; at < line.length; at++) {
    const char = line[at] ?? ''
    const next = line[at + 1] ?? ''
    if (char === '\\' && escapes(next, quote)) {
      word = (word ?? '') + next
      at++
      quoted = true
    } else if (quote !== undefined) {
      if (char === quote) quote = undefined
      else word = (word ?? '') + char
    } else if (char === '"' || char === "'") {
      quote = char
      quoted = true
      word ??= ''
    } else if (/\s/.test(char)) end()
    else word = (word ?? '') + char
  }
  if (quote !== undefined) throw new Error(`a ${quote} is not closed`)
  end()
  if (words.length === 0) throw new Error('must be a command, such as "python3 server.py"')
  return words
}

/** Whether a backslash escapes this character: within double quotes only special ones. */
const escapes = (next: string, quote: string | undefined): boolean =>
  process.platform !== 'win32' && quote !== "'" && (quote !== '"' || /^["\\$\x60]$/.test(next))

/** A pipe would be passed to the program as an ordinary argument, and fail in a confusing way. */
function refuseOperator(word: string): void {
  if (!/^(\|\|?|&&?|;|\d?>{1,2}|\d?>&\d|\d?<)$/.test(word)) return
  throw new Error(`runs without a shell, which ${word} needs: --exec "sh -c '…'"`)
}

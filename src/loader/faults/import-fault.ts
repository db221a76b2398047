import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { CliError, codeOf, frameWithPath, loadErrorOf, messageOf } from '../../terminal/errors.ts'
import { faultAt, shownPath } from './compile-fault.ts'
import { envHint } from './env-hint.ts'
import { missingModule } from './missing-module.ts'
import { otherRuntime } from './other-tool.ts'

/** Stack frames of Node or the runner rather than of the user's code. */
const foreignFrame = /\(?(node:|file:\/\/.*fastmcp-cli\/(dist|bin)\/)/

/**
 * Turns an error from importing the user's module, or later from its `run()`, into a message that starts with the
 * user's own frame.
 */
export function importFault(
  error: unknown,
  file: string,
  ownFolder: string,
  when: 'while loading' | 'in its run()' = 'while loading',
): CliError {
  if (error instanceof CliError) return error
  const missing = missingModule(error)
  if (missing) return missing
  const syntax = syntaxFault(error)
  if (syntax) return syntax
  const stack = error instanceof Error ? (error.stack ?? '') : ''
  const frames = stack.split('\n').filter((line) => /^\s+at /.test(line) && !isForeign(line, ownFolder))
  const name = error instanceof Error && error.name !== 'Error' ? `${error.name}: ` : ''
  const own = frames.filter((line) => !line.includes('/node_modules/'))
  const last = own.findLastIndex((line) => !line.endsWith(' (<anonymous>)'))
  const details = (last >= 0 ? own.slice(0, last + 1) : frames)
    .slice(0, 5)
    .map((line) => `  ${frameWithPath(line.trim())}`)
  return loadErrorOf(
    error,
    `${shownPath(file)} threw ${when}: ${name}${messageOf(error)}`,
    ...details,
    ...codeHint(error),
    ...otherRuntime(messageOf(error), shownPath(file)),
    ...envHint(file, process.cwd()),
  )
}

const isForeign = (line: string, ownFolder: string) =>
  foreignFrame.test(line) || line.includes(ownFolder) || line.includes(join(dirname(ownFolder), 'bin'))

/** Remedies for system errors. */
const codeHints: Readonly<Record<string, string>> = {
  // A file that opens the port itself conflicts with the runner.
  EADDRINUSE: 'the file opens this port itself; serve it on another one with -p',
  EMFILE: 'this process may not open more files; raise its limit (ulimit -n)',
}

function codeHint(error: unknown): string[] {
  const hint = codeHints[String(codeOf(error))]
  return hint === undefined ? [] : [`  hint      ${hint}`]
}

/** Parses the location of a syntax error from the first lines of its stack: `file:line`, the source line, a caret. */
function syntaxFault(error: unknown): CliError | undefined {
  if (!(error instanceof SyntaxError) || !error.stack) return undefined
  const location = /^(file:\/\/.+|\/.+|[A-Z]:\\.+):(\d+)\n/.exec(error.stack)
  if (!location?.[1]) return undefined
  const file = location[1].startsWith('file:') ? fileURLToPath(location[1]) : location[1]
  const line = Number(location[2])
  const caret = error.stack.split('\n')[2] ?? ''
  const column = Math.max(1, caret.indexOf('^') + 1)
  return faultAt({ file, line, column }, error.message)
}

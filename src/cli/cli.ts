import { programFor } from '../files/other-language.ts'
import { answerTo, type CommandName, programHelp } from '../options/help/program-help.ts'
import { shown } from '../options/option.ts'
import { own } from '../protocol/own.ts'
import { CliError, exitCodes, usageError } from '../terminal/errors.ts'
import { nearest } from '../terminal/nearest.ts'
import { paint, printed, writeError } from '../terminal/output.ts'
import { continued } from '../terminal/printable.ts'
import { nextCommand, quotedCommand, shellWord } from '../terminal/shell-command.ts'

interface CommandModule {
  /**
   * Runs the command with the words after its name; resolves with the exit code.
   * @param commands the names of all commands, so that no hint names one that is not there.
   */
  run(argv: readonly string[], commands?: readonly string[]): Promise<number>
}

/** Every command, loaded only when it is the one that was asked for. */
const commands: Record<CommandName, () => Promise<CommandModule>> = {
  run: () => import('../commands/run.ts'),
  dev: () => import('../commands/dev.ts'),
  init: () => import('../commands/init.ts'),
  inspect: () => import('../commands/inspect.ts'),
  list: () => import('../commands/list.ts'),
  call: () => import('../commands/call.ts'),
  install: () => import('../commands/install.ts'),
  uninstall: () => import('../commands/uninstall.ts'),
  discover: () => import('../commands/discover.ts'),
  build: () => import('../commands/build.ts'),
  login: () => import('../commands/login.ts'),
  logout: () => import('../commands/logout.ts'),
  logins: () => import('../commands/logins.ts'),
  cache: () => import('../commands/cache.ts'),
}

const isCommand = (name: string): name is CommandName => Object.hasOwn(commands, name)

/** Runs the command line and returns the exit code. The one place where an error becomes words and a code. */
export async function main(argv: readonly string[]): Promise<number> {
  try {
    return await dispatch(argv)
  } catch (error) {
    if (!(error instanceof CliError)) throw error
    writeError(`${paint.failure('fastmcp:')} ${continued(error.message)}`)
    for (const line of error.details) writeError(continued(line))
    return error.exitCode
  }
}

async function dispatch(argv: readonly string[]): Promise<number> {
  const [name, ...rest] = argv
  if (name === undefined) {
    writeError(programHelp())
    return exitCodes.usage
  }
  const answer = answerTo(argv)
  if (answer !== undefined) return printed(answer)
  if (name === 'help') return dispatch([...rest.slice(0, 1), '--help'])
  if (!isCommand(name)) throw unknownCommand(name)
  return (await commands[name]()).run(rest, Object.keys(commands))
}

/** What people call a command who come from other programs. */
const otherNames: Readonly<Record<string, CommandName>> = {
  start: 'run',
  serve: 'run',
  watch: 'dev',
  inspector: 'dev',
  create: 'init',
  new: 'init',
  ls: 'list',
  tools: 'list',
  add: 'install',
  remove: 'uninstall',
  rm: 'uninstall',
  bundle: 'build',
  auth: 'login',
}

function unknownCommand(name: string): CliError {
  const word = shellWord(shown(name))
  if (/\.[cm]?[jt]sx?(:\w+)?$/.test(name)) return usageError(`to run a file: ${nextCommand(`run ${word}`)}`)
  if (/^https?:\/\//.test(name))
    return usageError(`to see what a server offers: ${nextCommand(`list ${word}`)}`)
  if (/\.json$/.test(name)) return usageError(`to run what it configures: ${nextCommand(`run ${word}`)}`)
  const program = programFor(name)
  if (program !== undefined)
    return usageError(`to run another program: ${nextCommand(`run --exec ${quotedCommand(program)}`)}`)
  if (name.startsWith('-'))
    return usageError(`${shown(name)} goes after a command: ${nextCommand('run server.ts -t http')}`)
  const near = own(otherNames, name.toLowerCase()) ?? nearest(name, Object.keys(commands))
  return usageError(
    `unknown command "${shown(name)}"${near ? `. Did you mean ${nextCommand(near)}?` : `. See ${nextCommand('--help')}`}`,
  )
}

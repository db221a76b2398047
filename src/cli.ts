import { CliError, exitCodes, usageError } from './errors.ts'
import { nearest } from './nearest.ts'
import { shown } from './options/option.ts'
import { paint, writeAnswer, writeError } from './output.ts'
import { version } from './version.ts'

interface CommandModule {
  /**
   * Runs the command with the words after its name; resolves with the exit code.
   * @param commands the names of all commands, so that no hint names one that is not there.
   */
  run(argv: readonly string[], commands?: readonly string[]): Promise<number>
}

/** Every command, loaded only when it is the one that was asked for. */
const commands: Record<string, { summary: string; load: () => Promise<CommandModule> }> = {
  run: { summary: 'run an MCP server from its file', load: () => import('./commands/run.ts') },
  dev: {
    summary: 'run it while you edit it: clients stay connected',
    load: () => import('./commands/dev.ts'),
  },
  init: { summary: 'make a project with an MCP server', load: () => import('./commands/init.ts') },
  inspect: { summary: 'show all that a server says of itself', load: () => import('./commands/inspect.ts') },
  list: { summary: 'list what a server offers', load: () => import('./commands/list.ts') },
  call: { summary: 'call a tool, prompt or resource once', load: () => import('./commands/call.ts') },
  install: { summary: 'let a client start the server', load: () => import('./commands/install.ts') },
  uninstall: { summary: 'take a server out of a client', load: () => import('./commands/uninstall.ts') },
  discover: {
    summary: 'list the servers clients are configured with',
    load: () => import('./commands/discover.ts'),
  },
  build: { summary: 'make one file that plain Node runs', load: () => import('./commands/build.ts') },
  cache: { summary: 'clear the compiled servers', load: () => import('./commands/cache.ts') },
}

/** Runs the command line and returns the exit code. The one place where an error becomes words and a code. */
export async function main(argv: readonly string[]): Promise<number> {
  try {
    return await dispatch(argv)
  } catch (error) {
    if (!(error instanceof CliError)) throw error
    writeError(`${paint.failure('fastmcp:')} ${error.message}`)
    for (const line of error.details) writeError(line)
    return error.exitCode
  }
}

async function dispatch([name, ...rest]: readonly string[]): Promise<number> {
  if (name === undefined) {
    writeError(help())
    return exitCodes.usage
  }
  if (name === '--version' || name === '-v' || name === '-V') return print(`${version}\n`)
  if (name === '--help' || name === '-h') return print(`${help()}\n`)
  if (name === 'help') return rest[0] === undefined ? print(`${help()}\n`) : dispatch([rest[0], '--help'])
  const command = Object.hasOwn(commands, name) ? commands[name] : undefined
  if (!command) throw unknownCommand(name)
  return (await command.load()).run(rest, Object.keys(commands))
}

function print(text: string): number {
  writeAnswer(text)
  return exitCodes.ok
}

function unknownCommand(name: string): CliError {
  if (/\.[cm]?[jt]sx?(:\w+)?$/.test(name)) return usageError(`to run a file: fastmcp run ${shown(name)}`)
  if (name.startsWith('-'))
    return usageError(`${shown(name)} goes after a command: fastmcp run server.ts -t http`)
  const near = nearest(name, Object.keys(commands))
  return usageError(
    `there is no command "${shown(name)}"${near ? `. Did you mean fastmcp ${near}?` : '. See fastmcp --help'}`,
  )
}

const help = () => `fastmcp ${version}: runs any MCP server file, TypeScript or JavaScript

Usage: fastmcp <command> [options]

Commands
${Object.entries(commands)
  .map(([name, { summary }]) => `  ${name.padEnd(11)}${summary}`)
  .join('\n')}

Options
  --version   print the version
  --help      print this, or with a command its own help

  fastmcp run server.ts            on stdio
  fastmcp run server.ts -t http    on http://127.0.0.1:8000/mcp
  fastmcp run --help`

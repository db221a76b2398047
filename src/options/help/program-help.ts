import { version } from '../../process/version.ts'
import { fitted } from '../../terminal/fitted.ts'
import { helpColumns } from '../../terminal/output.ts'

/** Every command, and what it is for. */
export const summaries = {
  run: 'run an MCP server from its file',
  dev: 'run it while you edit; clients stay connected',
  init: 'create a project with an MCP server',
  inspect: 'show everything a server declares',
  list: 'list what a server offers',
  call: 'call a tool, prompt or resource once',
  install: 'add the server to a client',
  uninstall: 'remove a server from a client',
  discover: 'list the servers configured in clients',
  build: 'bundle a server into one file for plain Node',
  login: 'log in at a remote server',
  logout: 'forget a login',
  logins: 'list the logins that are kept',
  cache: 'clear the compile cache',
} as const

export type CommandName = keyof typeof summaries

/** What is printed when somebody asks about the program itself, which takes no other part of it. */
export function answerTo([name, ...rest]: readonly string[]): string | undefined {
  if (name === '--version' || name === '-v' || name === '-V' || name === 'version') return `${version}\n`
  const asked = name === '--help' || name === '-h' || (name === 'help' && rest[0] === undefined)
  return asked ? `${fitted(programHelp(), helpColumns())}\n` : undefined
}

export const programHelp = () => `fastmcp ${version}: runs any MCP server file, TypeScript or JavaScript

Usage: fastmcp <command> [options]

Commands
${Object.entries(summaries)
  .map(([name, summary]) => `  ${name.padEnd(11)}${summary}`)
  .join('\n')}

Options
  --version   print the version
  --help      print this help, or a command's own

  fastmcp run server.ts            on stdio
  fastmcp run server.ts -t http    on http://127.0.0.1:8000/mcp
  fastmcp run --help`

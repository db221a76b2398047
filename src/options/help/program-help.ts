import { version } from '../../process/version.ts'

/** Every command, and what it is for. */
export const summaries = {
  run: 'run an MCP server from its file',
  dev: 'run it while you edit it: clients stay connected',
  init: 'make a project with an MCP server',
  inspect: 'show all that a server says of itself',
  list: 'list what a server offers',
  call: 'call a tool, prompt or resource once',
  install: 'let a client start the server',
  uninstall: 'take a server out of a client',
  discover: 'list the servers clients are configured with',
  build: 'make one file that plain Node runs',
  cache: 'clear the compiled servers',
} as const

export type CommandName = keyof typeof summaries

/** What is printed when somebody asks about the program itself, which takes no other part of it. */
export function answerTo([name, ...rest]: readonly string[]): string | undefined {
  if (name === '--version' || name === '-v' || name === '-V') return `${version}\n`
  const asked = name === '--help' || name === '-h' || (name === 'help' && rest[0] === undefined)
  return asked ? `${programHelp()}\n` : undefined
}

export const programHelp = () => `fastmcp ${version}: runs any MCP server file, TypeScript or JavaScript

Usage: fastmcp <command> [options]

Commands
${Object.entries(summaries)
  .map(([name, summary]) => `  ${name.padEnd(11)}${summary}`)
  .join('\n')}

Options
  --version   print the version
  --help      print this, or with a command its own help

  fastmcp run server.ts            on stdio
  fastmcp run server.ts -t http    on http://127.0.0.1:8000/mcp
  fastmcp run --help`

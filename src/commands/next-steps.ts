import { shellWord } from '../options/shell-word.ts'

/** Where a person stands who may want to go on: the server as they would name it again, and its URL if it has one. */
export interface Standing {
  spec: string
  url: string | undefined
}

interface Step {
  /** The command that must exist for this step to be offered. */
  command: string
  on: 'http' | 'stdio'
  line: (at: Standing) => string
}

/** Every next step that is ever offered, in the order of the lines. */
const steps: readonly Step[] = [
  { command: 'list', on: 'http', line: ({ url }) => `  try    fastmcp list ${url}` },
  {
    command: 'install',
    on: 'stdio',
    line: ({ spec }) => `  a client starts this command itself:  fastmcp install cursor ${spec}`,
  },
  { command: 'dev', on: 'stdio', line: ({ spec }) => `  in the browser:  fastmcp dev ${spec}` },
  { command: 'run', on: 'stdio', line: ({ spec }) => `  over HTTP:  fastmcp run ${spec} -t http` },
]

/**
 * What to type next, each line runnable as it is printed.
 * @param commands the commands there are; no line names another one.
 */
export function nextSteps(commands: readonly string[]): (at: Standing) => string[] {
  return ({ spec, url }) =>
    steps
      .filter(({ command, on }) => commands.includes(command) && on === (url ? 'http' : 'stdio'))
      .map(({ line }) => line({ spec: shellWord(spec), url }))
}

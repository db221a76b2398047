import { nextCommand, shellWord } from '../terminal/shell-command.ts'

/** Where a person stands who may want to go on: the server as they would name it again, and its URL if it has one. */
export interface Standing {
  spec: string
  url: string | undefined
  /** The variable whose token callers of that URL need. */
  tokenEnv?: string | undefined
  /** Only the server itself knows what its callers need. */
  hook?: boolean
}

interface Step {
  /** The command that must exist for this step to be offered. */
  command: string
  on: 'http' | 'stdio'
  line: (at: Standing) => string
}

/** Every next step that is ever offered, in the order of the lines. */
const steps: readonly Step[] = [
  {
    command: 'list',
    on: 'http',
    line: ({ url, tokenEnv }) => {
      // Not as a header, which would hold $NAME: each shell has another way to write that.
      const token = tokenEnv === undefined ? '' : ` --bearer-env ${tokenEnv}`
      return `  try    ${nextCommand(`list ${shellWord(url ?? '')}${token}`)}`
    },
  },
  {
    command: 'install',
    on: 'stdio',
    line: ({ spec }) => `  a client starts this command itself:  ${nextCommand(`install cursor ${spec}`)}`,
  },
  { command: 'dev', on: 'stdio', line: ({ spec }) => `  in the browser:  ${nextCommand(`dev ${spec}`)}` },
  { command: 'run', on: 'stdio', line: ({ spec }) => `  over HTTP:  ${nextCommand(`run ${spec} -t http`)}` },
]

/**
 * What to type next, each line runnable as it is printed.
 * @param commands the commands there are; no line names another one.
 */
export function nextSteps(commands: readonly string[]): (at: Standing) => string[] {
  return (at) => {
    const on = at.url === undefined ? 'stdio' : 'http'
    if (on === 'http' && at.hook) return []
    return steps
      .filter((step) => commands.includes(step.command) && step.on === on)
      .map(({ line }) => line({ ...at, spec: shellWord(at.spec) }))
  }
}

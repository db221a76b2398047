import { nextCommand, shellWord } from '../terminal/shell-command.ts'

/** The user's situation: the server's spec as they would type it, and its URL if it has one. */
export interface Standing {
  spec: string
  url: string | undefined
  /** The environment variable with the token for that URL. */
  tokenEnv?: string | undefined
  /** Whether the server has its own auth hook, so that the required credentials are unknown. */
  hook?: boolean
}

interface Step {
  /** The command that this step uses. */
  command: string
  on: 'http' | 'stdio'
  line: (at: Standing) => string
}

/** All next steps, in output order. */
const steps: readonly Step[] = [
  {
    command: 'list',
    on: 'http',
    line: ({ url, tokenEnv }) => {
      // Not as a header, since each shell has a different syntax for $NAME.
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
 * Suggests next commands, each line runnable as printed.
 * @param commands the available commands; only these are suggested.
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

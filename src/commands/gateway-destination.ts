import { usageError } from '../errors.ts'
import { ChildUpstream, type Command } from '../gateway/child-upstream.ts'
import { commandWords } from '../gateway/command-words.ts'
import { remoteDestination } from '../gateway/http-upstream.ts'
import { Reaper } from '../gateway/reaper.ts'
import type { Destination } from '../gateway/upstream.ts'
import { gatewayOptions } from '../options/gateway-options.ts'
import { shown } from '../options/option.ts'
import type { ParsedArgs } from '../options/parse-args.ts'
import { valuesOf } from '../options/values.ts'

/**
 * The server that a command line reaches rather than loads; `undefined` when it names one to load.
 * @throws CliError (exit 2) when the line contradicts itself.
 */
export function destinationOf(
  { spec, given, userArgs }: ParsedArgs,
  env: NodeJS.ProcessEnv,
): Destination | undefined {
  const { exec, header, bearerEnv } = valuesOf(gatewayOptions, given, env)
  if (exec !== undefined) {
    if (spec !== '') throw usageError(`--exec names the server already, and ${shown(spec)} names another`)
    const [command = '', ...args] = wordsOf(exec)
    return childDestination({ command, args: [...args, ...userArgs], env })
  }
  const headers = {
    ...header,
    ...(bearerEnv !== undefined && { authorization: `Bearer ${tokenIn(env, bearerEnv)}` }),
  }
  if (/^https?:\/\//i.test(spec)) return remoteDestination({ ...placeOf(spec), headers })
  if (/^[a-z][a-z0-9+.-]*:\/\//i.test(spec)) throw usageError(`${shown(spec)} is no http or https URL`)
  return undefined
}

function wordsOf(exec: string): string[] {
  try {
    return commandWords(exec)
  } catch (error) {
    throw usageError(`--exec ${error instanceof Error ? error.message : String(error)}`)
  }
}

function tokenIn(env: NodeJS.ProcessEnv, name: string): string {
  const token = env[name]
  if (!token) throw usageError(`--bearer-env ${name}: the variable ${name} is not set`)
  return token
}

/** A path that ends in /sse means the transport of that name, as everywhere else. */
export function placeOf(spec: string): { url: URL; sse: boolean } {
  if (!URL.canParse(spec)) throw usageError(`${shown(spec)} is no URL`)
  const url = new URL(spec)
  return { url, sse: /\/sse\/?$/.test(url.pathname) }
}

/** A program that is started anew for each conversation. */
export function childDestination(command: Command): Destination {
  const reaper = new Reaper(new URL('./reaper.js', import.meta.url))
  return {
    label: [command.command, ...command.args].join(' '),
    connect: () => Promise.resolve(new ChildUpstream(command, reaper)),
    close: () => {
      reaper.close()
      return Promise.resolve()
    },
  }
}

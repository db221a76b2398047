import { messageOf, usageError } from '../errors.ts'
import { ChildUpstream, type Command } from '../gateway/child-upstream.ts'
import { commandWords } from '../gateway/command-words.ts'
import { gatewaySource, manySource } from '../gateway/gateway-source.ts'
import { remoteDestination } from '../gateway/http-upstream.ts'
import { Reaper } from '../gateway/reaper.ts'
import type { Destination } from '../gateway/upstream.ts'
import { isRecord } from '../jsonrpc.ts'
import { readServerEntries, type ServerEntry } from '../library/server-map.ts'
import { gatewayOptions } from '../options/gateway-options.ts'
import { shown } from '../options/option.ts'
import type { ParsedArgs } from '../options/parse-args.ts'
import { valuesOf } from '../options/values.ts'
import type { Log } from '../serve/serve-options.ts'
import type { ServerSource } from '../source.ts'
import { fromConnect } from './from-connect.ts'

/** What a command line reaches rather than loads. */
export interface Reached {
  readonly label: string
  source(log: Log): ServerSource
}

/**
 * What a command line reaches rather than loads; `undefined` when it names a server to load.
 * @throws CliError (exit 2) when the line contradicts itself.
 */
export function reachedBy(
  { spec, given, userArgs }: ParsedArgs,
  env: NodeJS.ProcessEnv,
): Reached | undefined {
  const { exec, header, bearerEnv } = valuesOf(gatewayOptions, given, env)
  if (exec !== undefined) {
    if (spec !== '') throw usageError(`--exec names the server already, and ${shown(spec)} names another`)
    const [command = '', ...args] = wordsOf(exec)
    return one(childDestination({ command, args: [...args, ...userArgs], env }))
  }
  const token = bearerEnv === undefined ? undefined : `Bearer ${tokenIn(env, bearerEnv)}`
  const headers = { ...header, ...(token !== undefined && { authorization: token }) }
  if (/^https?:\/\//i.test(spec)) return one(remoteDestination({ ...placeOf(spec), headers }))
  if (/^[a-z][a-z0-9+.-]*:\/\//i.test(spec)) throw usageError(`${shown(spec)} is no http or https URL`)
  const entries = entriesIn(spec)
  if (!entries) return undefined
  const destinations = new Map(
    [...entries].map(([name, entry]) => [name, entryDestination(name, entry, env)]),
  )
  const [only, ...others] = destinations.values()
  if (only && others.length === 0) return one(only)
  return { label: spec, source: (log) => manySource(spec, destinations, log) }
}

const one = (destination: Destination): Reached => ({
  label: destination.label,
  source: (log) => gatewaySource(destination, log),
})

function entriesIn(spec: string): ReturnType<typeof readServerEntries> {
  try {
    return readServerEntries(spec)
  } catch (error) {
    throw fromConnect(error)
  }
}

/** A server as an `mcp.json` describes it. */
function entryDestination(name: string, entry: ServerEntry, env: NodeJS.ProcessEnv): Destination {
  const { command, args, url, type, cwd } = entry
  if (typeof url === 'string') {
    const place = placeOf(url)
    const headers = textsOf(entry.headers)
    return remoteDestination({ ...place, headers, sse: type === 'sse' || (type === undefined && place.sse) })
  }
  if (typeof command !== 'string') throw usageError(`${shown(name)} has neither a command nor a url`)
  const words = Array.isArray(args) ? args.map(String) : []
  const folder = typeof cwd === 'string' ? cwd : undefined
  return childDestination({ command, args: words, env: { ...env, ...textsOf(entry.env) }, cwd: folder })
}

const textsOf = (value: unknown): Record<string, string> =>
  Object.fromEntries(Object.entries(isRecord(value) ? value : {}).map(([key, text]) => [key, String(text)]))

function wordsOf(exec: string): string[] {
  try {
    return commandWords(exec)
  } catch (error) {
    throw usageError(`--exec ${messageOf(error)}`)
  }
}

function tokenIn(env: NodeJS.ProcessEnv, name: string): string {
  const token = env[name]
  if (!token) throw usageError(`--bearer-env ${name}: the variable ${name} is not set`)
  return token
}

/** A path that ends in /sse means the transport of that name, as everywhere else. */
function placeOf(spec: string): { url: URL; sse: boolean } {
  if (!URL.canParse(spec)) throw usageError(`${shown(spec)} is no URL`)
  const url = new URL(spec)
  return { url, sse: /\/sse\/?$/.test(url.pathname) }
}

/** A program that is started anew for each conversation. */
function childDestination(command: Command): Destination {
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

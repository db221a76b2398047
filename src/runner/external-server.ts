import { configuredServer } from '../install/configured-servers.ts'
import type { ValuesOf } from '../options/command-line.ts'
import { externalKind, gatewayOptions, schemeOf } from '../options/gateway-options.ts'
import { shown } from '../options/option.ts'
import type { ParsedArgs } from '../options/run-arguments.ts'
import { valuesOf } from '../options/values.ts'
import { checkProxy } from '../process/proxy/proxy-for.ts'
import { isRecord } from '../protocol/jsonrpc.ts'
import { manySource } from '../remote/gateway-source.ts'
import { bearerHeader, loginSettingsOf, refuseShared } from '../remote/login/login-settings.ts'
import { execCommand } from '../remote/program/exec-command.ts'
import { readServerEntries, type ServerEntry } from '../remote/server-map.ts'
import { tokenWords } from '../remote/token-words.ts'
import { type RemoteEndpoint, remoteDestination } from '../remote/url/http-upstream.ts'
import { refuseCaller, shownUrl } from '../remote/url/server-url.ts'
import { messageOf, usageError } from '../terminal/errors.ts'
import { type ExternalServer, type ExternalTarget, one, partsFor, programTarget } from './program-source.ts'

/** The credentials for servers at URLs. */
type Caller = (
  ownHeaders?: Record<string, string>,
) => Pick<RemoteEndpoint, 'headers' | 'login' | 'unauthorized'>

/** How to give a remote server a token. */
const remedy = 'log in with fastmcp login, or give it by --bearer-env, --header or, in a file, by headers'

function callerOf(values: ValuesOf<typeof gatewayOptions>, env: NodeJS.ProcessEnv): Caller {
  const given = { ...values.header, ...bearerHeader(env, values.bearerEnv) }
  const login = loginSettingsOf(values, env)
  return (headers = {}) => ({
    headers: { ...headers, ...given },
    login,
    unauthorized: tokenWords({ ...values, headers }, remedy),
  })
}

/**
 * The external server that a command line names; `undefined` when it names a server to load.
 * @throws CliError (exit 2) when options conflict.
 */
export async function externalServerOf(
  { spec, given, userArgs }: ParsedArgs,
  env: NodeJS.ProcessEnv,
): Promise<ExternalServer | undefined> {
  const values = valuesOf(gatewayOptions, given, env)
  const { exec } = values
  if (exec !== undefined) return one(programTarget({ ...execCommand(exec, spec, userArgs), env }, '--exec'))
  const kind = externalKind(spec)
  const caller = callerOf(values, env)
  if (kind === 'url') return one(urlTarget({ ...addressOf(spec), ...caller() }))
  if (kind === 'configured') {
    const entry = await configuredServer(spec)
    return entry && one(entryTarget(spec, { ...entry }, env, caller))
  }
  const entries = readServerEntries(spec)
  if (!entries) return undefined
  if (entries.size > 1) refuseShared(values, spec)
  const targets = new Map([...entries].map(([name, entry]) => [name, entryTarget(name, entry, env, caller)]))
  const [only, ...others] = targets.values()
  return only && others.length === 0 ? one(only) : many(spec, targets)
}

/** Several servers: a missing one does not affect the others. */
const many = (label: string, targets: ReadonlyMap<string, ExternalTarget>): ExternalServer => ({
  label,
  shape: { servers: Object.fromEntries([...targets].map(([name, { shape }]) => [name, shape])) },
  open: (log, limits) => {
    for (const { check } of targets.values()) {
      try {
        check()
      } catch (error) {
        log('warning', messageOf(error))
      }
    }
    const parts = partsFor(log, limits)
    const destinations = new Map([...targets].map(([name, { destination }]) => [name, destination(parts)]))
    const startAhead = () => {
      for (const [name, to] of destinations)
        void to.startAhead?.((how) => log('warning', `${shown(name)}: ${to.label} ${how}`))
      return new Promise<string>(() => undefined)
    }
    return { source: manySource(label, destinations, log, parts.slots), startAhead }
  },
})

/** A server as an `mcp.json` describes it. */
function entryTarget(
  name: string,
  entry: ServerEntry,
  env: NodeJS.ProcessEnv,
  caller: Caller,
): ExternalTarget {
  const { command, args, url, type, cwd } = entry
  if (typeof url === 'string') {
    const endpoint = addressOf(url)
    const sse = type === 'sse' || (type === undefined && endpoint.sse)
    return urlTarget({ ...endpoint, ...caller(textsOf(entry.headers)), sse })
  }
  if (typeof command !== 'string') throw usageError(`${shown(name)} has neither a command nor a url`)
  const words = Array.isArray(args) ? args.map(String) : []
  const folder = typeof cwd === 'string' ? cwd : undefined
  return programTarget(
    { command, args: words, env: { ...env, ...textsOf(entry.env) }, cwd: folder },
    shown(name),
  )
}

const textsOf = (value: unknown): Record<string, string> =>
  Object.fromEntries(Object.entries(isRecord(value) ? value : {}).map(([key, text]) => [key, String(text)]))

/** A path that ends in /sse selects that transport, as everywhere else. */
function addressOf(spec: string): { url: URL; sse: boolean } {
  if (!/^https?$/.test(schemeOf(spec) ?? '')) throw usageError(`${shown(spec)} is not an http or https URL`)
  if (!URL.canParse(spec)) throw usageError(`${shown(spec)} is not a URL`)
  const url = refuseCaller(new URL(spec))
  return { url, sse: /\/sse\/?$/.test(url.pathname) }
}

/** Header values are often secrets, so only their names are shown. */
const urlTarget = (endpoint: RemoteEndpoint): ExternalTarget => ({
  label: shownUrl(endpoint.url),
  destination: (parts) => remoteDestination(endpoint, parts),
  shape: {
    url: shownUrl(endpoint.url),
    transport: endpoint.sse ? 'sse' : 'streamable-http',
    headers: Object.keys(endpoint.headers),
  },
  check: () => checkProxy(endpoint.url, process.env),
})

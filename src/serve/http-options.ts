import { resolve } from 'node:path'
import { namedVariable } from '../files/environment.ts'
import type { Settings } from '../options/settings.ts'
import type { Route } from '../protocol/source.ts'
import { loadError, usageError } from '../terminal/errors.ts'
import { checkTokenFile } from './auth/token-file.ts'
import { isBearerToken } from './auth/token-lines.ts'
import { rulesFromSettings } from './auth/tokens/rules-from-settings.ts'
import { redisOf } from './redis-options.ts'
import type { HttpServeOptions } from './serve-options.ts'

/**
 * The plain values of the settings that concern HTTP.
 * @param env has the token and the secret.
 * @throws CliError (exit 2) when a variable that an option names, or the file of `--token-file`, is not usable.
 */
export function httpOptions(settings: Settings, env: NodeJS.ProcessEnv = process.env): HttpServeOptions {
  const transport = settings.transport.value
  const variable = settings.tokenEnv.value
  return {
    transport: transport === 'stdio' ? 'streamable-http' : transport,
    host: settings.host.value,
    port: settings.port.value,
    path: settings.path.value,
    messagePath: settings.messagePath.value,
    stateless: settings.stateless.value,
    jsonResponse: settings.jsonResponse.value,
    allowedHosts: settings.allowedHosts.value,
    allowedOrigins: settings.allowedOrigins.value,
    health: settings.health.value && trimmed(settings.health.value),
    maxBody: settings.maxBody.value,
    maxSessions: settings.maxSessions.value,
    maxProcesses: settings.maxProcesses.value,
    sessionTimeout: settings.sessionTimeout.value,
    drainDelay: settings.drainDelay.value,
    drainLimit: settings.drainLimit.value,
    accessLog: accessLevel(settings),
    metrics: metricsOf(settings),
    tls: tlsOf(settings),
    store: settings.store.value,
    redis: redisOf(settings, env),
    token: variable === undefined ? undefined : tokenFrom(variable, env),
    tokenFile: tokenFileOf(settings),
    tokenRules: rulesFromSettings(settings, env),
    toolScopes: settings.toolScopes.value,
  }
}

/** At log level debug, requests are logged too. */
function accessLevel({ accessLog, logLevel }: Settings): HttpServeOptions['accessLog'] {
  if (accessLog.value) return 'info'
  return logLevel.value === 'debug' ? 'debug' : undefined
}

function metricsOf({ metricsPort: { value: port }, metricsHost }: Settings): HttpServeOptions['metrics'] {
  return port === undefined ? undefined : { host: metricsHost.value, port }
}

function tlsOf({ tlsCert: { value: cert }, tlsKey: { value: key } }: Settings): HttpServeOptions['tls'] {
  return cert === undefined || key === undefined ? undefined : { cert: resolve(cert), key: resolve(key) }
}

/** The path of the MCP endpoint. */
export const mcpPath = (options: HttpServeOptions): string =>
  trimmed(options.path ?? (options.transport === 'sse' ? '/sse' : '/mcp'))

/** @throws CliError (exit 2) when the health check and MCP have the same path. */
export function refuseHealthClash(options: HttpServeOptions): void {
  const { health } = options
  if (health === undefined || !ownPaths(options).includes(health)) return
  throw usageError(`--health ${health} is the MCP endpoint. Choose another path.`)
}

/**
 * @param more paths that are taken besides those of the options.
 * @throws CliError (exit 3) when one of the server's routes has a path that is taken.
 */
export function refuseRouteClashes(
  routes: readonly Route[],
  options: HttpServeOptions,
  more: readonly string[],
): void {
  const taken = [...ownPaths(options), ...more]
  if (options.health !== undefined) taken.push(options.health)
  const clash = routes.find((route) => taken.includes(trimmed(route.path)))
  if (clash)
    throw loadError(
      `the route ${clash.path} is already used by the runner. Choose another path for one of them.`,
    )
}

/**
 * The required bearer token, from an environment variable.
 * @throws CliError (exit 2) when the variable is missing or cannot be sent in a header.
 */
function tokenFrom(variable: string, env: NodeJS.ProcessEnv): string {
  const token = namedVariable(env, variable, '--token-env').trim()
  if (isBearerToken(token)) return token
  throw usageError(
    `--token-env: ${variable} contains characters that are not allowed in a bearer token (RFC 6750)`,
  )
}

/** @throws CliError (exit 2) when it cannot be read initially. */
function tokenFileOf({ tokenFile }: Settings): string | undefined {
  if (tokenFile.value === undefined) return undefined
  const path = resolve(tokenFile.value)
  checkTokenFile(path)
  return path
}

function ownPaths(options: HttpServeOptions): string[] {
  const path = mcpPath(options)
  return options.transport === 'sse' ? [path, trimmed(options.messagePath)] : [path]
}

/** Without a trailing slash, as requests are routed. */
const trimmed = (path: string) => (path.length > 1 ? path.replace(/\/$/, '') : path)

import type { Settings } from '../options/settings.ts'
import { tokenFrom } from './auth/static-token.ts'
import type { HttpServeOptions } from './serve-options.ts'

/**
 * The settings that concern HTTP, without where they came from.
 * @param env where the token is.
 * @throws CliError (exit 2) when `--token-env` names no usable variable.
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
    health: settings.health.value,
    maxBody: settings.maxBody.value,
    maxSessions: settings.maxSessions.value,
    maxProcesses: settings.maxProcesses.value,
    sessionTimeout: settings.sessionTimeout.value,
    token: variable === undefined ? undefined : tokenFrom(variable, env),
  }
}

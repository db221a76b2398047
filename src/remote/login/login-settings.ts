import { namedVariable } from '../../files/environment.ts'
import type { LoginOptionValues } from '../../options/login-options.ts'
import { usageError } from '../../terminal/errors.ts'
import { isKeyringOff } from './keyring/keyring-setting.ts'

/** How to log in at a server, from the command line. */
export interface LoginSettings {
  readonly how: 'auto' | 'browser' | 'device' | 'never'
  readonly clientId: string | undefined
  readonly clientSecret: string | undefined
  readonly clientMetadataUrl: string | undefined
  readonly scope: string | undefined
  readonly callbackPort: number | undefined
  /** Whether to log in with client credentials, without a user (RFC 6749, 4.4). */
  readonly machine: boolean
}

/**
 * The login settings of option values.
 * @throws CliError (exit 2) when they conflict, or a variable is not set.
 */
export function loginSettingsOf(values: LoginOptionValues, env: NodeJS.ProcessEnv): LoginSettings {
  const { login, clientId, clientSecretEnv, clientMetadataUrl, scope, callbackPort, clientCredentials } =
    values
  // Validates the variable before a browser is opened.
  isKeyringOff(env)
  const clientSecret =
    clientSecretEnv === undefined
      ? undefined
      : namedVariable(env, clientSecretEnv, `--client-secret-env ${clientSecretEnv}`)
  if (clientSecret !== undefined && clientId === undefined)
    throw usageError('--client-secret-env needs --client-id')
  if (clientCredentials && clientSecret === undefined)
    throw usageError('--client-credentials needs --client-id and --client-secret-env')
  return {
    ...{ how: login, clientId, clientSecret, clientMetadataUrl, scope, callbackPort },
    machine: clientCredentials,
  }
}

/** Whether a token is a valid header value (RFC 6750, 2.1, is stricter). */
export const isHeaderText = (token: string): boolean => /^[\x21-\x7e]+$/.test(token)

/**
 * The Authorization header for a token in a variable.
 * @throws CliError (exit 2) when the variable is not set or invalid.
 */
export function bearerHeader(env: NodeJS.ProcessEnv, name: string | undefined): Record<string, string> {
  if (name === undefined) return {}
  const token = namedVariable(env, name, `--bearer-env ${name}`).trim()
  if (!isHeaderText(token))
    throw usageError(`--bearer-env ${name}: ${name} contains characters that are not allowed in a token`)
  return { authorization: `Bearer ${token}` }
}

/**
 * Refuses to send one secret to several servers.
 * @throws CliError (exit 2) saying how to name one of them.
 */
export function refuseShared(
  { bearerEnv, header, clientSecretEnv }: LoginOptionValues & { header: Record<string, string> },
  spec: string,
): void {
  const names = {
    'bearer-env': bearerEnv,
    header: Object.keys(header)[0],
    'client-secret-env': clientSecretEnv,
  }
  const [given] = Object.entries(names).find(([, value]) => value !== undefined) ?? []
  if (given !== undefined)
    throw usageError(`--${given} is for one server, and ${spec} holds several. Name one: ${spec}:name`)
}

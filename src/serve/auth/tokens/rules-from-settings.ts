import { namedVariable } from '../../../files/environment.ts'
import type { Settings } from '../../../options/settings.ts'
import { checkProxy } from '../../../process/proxy/proxy-for.ts'
import { usageError } from '../../../terminal/errors.ts'
import { asymmetricAlgorithms } from './jwt-algorithms.ts'
import type { TokenRules } from './token-rules.ts'

/** Defaults for what the command line does not set. */
const usual = { scopes: [], clockTolerance: 5 }

/**
 * The token rules that the settings ask for, if any.
 * @param env has the secret.
 * @throws CliError (exit 2) when the variable with the secret is missing, or a proxy variable is invalid.
 */
export function rulesFromSettings(settings: Settings, env: NodeJS.ProcessEnv): TokenRules | undefined {
  const { jwtIssuer, jwtAudience, jwks, introspect } = settings
  if (jwtIssuer.value !== undefined) {
    const keys = { jwks: jwks.value, algorithms: asymmetricAlgorithms }
    checkProxy(new URL(jwks.value ?? jwtIssuer.value), env)
    return { kind: 'jwt', issuer: jwtIssuer.value, audience: jwtAudience.value, ...keys, ...usual }
  }
  if (introspect.value === undefined) return undefined
  checkProxy(new URL(introspect.value), env)
  const { introspectClientId, introspectSecretEnv, introspectAudience, introspectIssuer } = settings
  return {
    kind: 'introspection',
    url: introspect.value,
    clientId: introspectClientId.value,
    clientSecret: introspectSecretEnv.value && secretFrom(introspectSecretEnv.value, env),
    issuer: introspectIssuer.value,
    audience: introspectAudience.value,
    cacheSeconds: 10,
    ...usual,
  }
}

function secretFrom(variable: string, env: NodeJS.ProcessEnv): string {
  const secret = namedVariable(env, variable, '--introspect-secret-env').trim()
  if (/^[\x20-\x7e]+$/.test(secret)) return secret
  throw usageError(
    `--introspect-secret-env: ${variable} contains characters that are not allowed in a secret (RFC 6749)`,
  )
}

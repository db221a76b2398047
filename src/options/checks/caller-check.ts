import { usageError } from '../../terminal/errors.ts'
import { callerOptions } from '../caller-options.ts'
import { flagOf } from '../option.ts'

/** The part of the settings that says who may call. */
type CallerSettings = Readonly<Record<keyof typeof callerOptions, { readonly value: unknown }>>

/** The options that each check callers by themselves. */
const guards = ['tokenEnv', 'tokenFile', 'jwtIssuer', 'introspect'] as const

/** What checks callers from outside the server's code, if anything does. */
export const guardIn = (settings: CallerSettings): (typeof guards)[number] | undefined =>
  guards.find((name) => settings[name].value !== undefined)

/** Whether callers need more than what one variable holds. */
export function needsOwnToken(settings: CallerSettings): boolean {
  const guard = guardIn(settings)
  return guard !== undefined && guard !== 'tokenEnv'
}

/** @throws CliError (exit 2) for checks of callers that exclude each other, or are only half said. */
export function checkCallerSettings(settings: CallerSettings): void {
  const [first, second] = guards.filter((name) => settings[name].value !== undefined)
  if (first && second) {
    throw usageError(`${flag(first)} and ${flag(second)} exclude each other. Leave one out.`)
  }
  const isSaid = (name: keyof typeof callerOptions) => [settings[name].value].flat()[0] !== undefined
  if (isSaid('jwtIssuer') && !isSaid('jwtAudience')) {
    throw usageError(
      '--jwt-issuer needs --jwt-audience: without it, tokens issued for other servers would be accepted.',
    )
  }
  for (const [guard, names] of parts) {
    const lost = names.find((name) => isSaid(name) && !isSaid(guard))
    if (lost) throw usageError(`${flag(lost)} has no effect without ${flag(guard)}.`)
  }
}

/** What says more of a guard, and nothing without it. */
const parts = [
  ['jwtIssuer', ['jwtAudience', 'jwks']],
  ['introspect', ['introspectClientId', 'introspectSecretEnv', 'introspectAudience', 'introspectIssuer']],
] as const

const flag = (name: keyof typeof callerOptions) => flagOf(callerOptions[name])

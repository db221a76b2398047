import { usageError } from '../../../terminal/errors.ts'

/**
 * Whether logins may be sealed with the system's keyring: `FASTMCP_KEYRING=off` says no.
 * @throws CliError (exit 2) for another value than on and off.
 */
export function isKeyringOff({ FASTMCP_KEYRING: value = '' }: NodeJS.ProcessEnv): boolean {
  if (!['', 'on', 'off'].includes(value)) throw usageError('FASTMCP_KEYRING must be on or off')
  return value === 'off'
}

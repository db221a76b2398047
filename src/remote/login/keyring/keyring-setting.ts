import { usageError } from '../../../terminal/errors.ts'

/**
 * Whether `FASTMCP_KEYRING=off` disables the system's keyring.
 * @throws CliError (exit 2) for a value other than on and off.
 */
export function isKeyringOff({ FASTMCP_KEYRING: value = '' }: NodeJS.ProcessEnv): boolean {
  if (!['', 'on', 'off'].includes(value)) throw usageError('FASTMCP_KEYRING must be on or off')
  return value === 'off'
}

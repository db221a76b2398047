import { CliError } from '../terminal/errors.ts'

/** An error of `connect()` as a command says it: whoever typed the command has called no function of that name. */
export function fromConnect(error: unknown): unknown {
  if (!(error instanceof CliError)) return error
  return new CliError(error.exitCode, error.message.replace(/^connect: /, ''), error.details)
}

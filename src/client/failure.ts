import { CliError, exitCodes, messageOf } from '../terminal/errors.ts'
import { rpcCodeOf } from './survey.ts'

/** An error that came back instead of a result, or that no result came. Exit 5, or 1 when time ran out. */
export function unanswered(what: string, error: unknown, seconds: number): CliError {
  if (error instanceof CliError) return error
  const code = error instanceof Error && 'code' in error ? error.code : undefined
  if (code === 'REQUEST_TIMEOUT') {
    const message = `${what} did not answer within ${seconds} s. Allow more with --timeout.`
    return new CliError(exitCodes.failed, message, [], { cause: error })
  }
  if (code === 'CONNECTION_CLOSED' || code === 'SEND_FAILED') {
    return new CliError(exitCodes.listen, `${what}: the connection was lost`, [], { cause: error })
  }
  const rpcCode = rpcCodeOf(error)
  const text = messageOf(error).replace(/^MCP error -?\d+: /, '')
  return new CliError(
    exitCodes.answered,
    `${what}: ${text}${rpcCode === undefined ? '' : ` (${rpcCode})`}`,
    [],
    {
      cause: error,
    },
  )
}

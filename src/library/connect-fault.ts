import { CliError, codeOf, exitCodes, messageOf } from '../errors.ts'
import { shown } from '../options/option.ts'
import type { Opened } from './open-destination.ts'

/** What Node's network codes mean, in words. */
const networkWords: Record<string, string> = {
  ECONNREFUSED: 'nothing listens there',
  ENOTFOUND: 'there is no such host',
  EAI_AGAIN: 'the host name cannot be looked up',
  ECONNRESET: 'the connection was cut',
  ETIMEDOUT: 'no answer',
  UND_ERR_CONNECT_TIMEOUT: 'no answer',
  ENOENT: 'there is no such program',
  EACCES: 'the program cannot be started: permission denied',
}

class TimedOut extends Error {}

export const timedOut = (limit: number): Error => new TimedOut(`no answer in ${limit / 1000} s`)

/** One line for whatever kept a client from connecting; the original is its `cause`. */
export function connectFault(error: unknown, { label, words }: Opened): CliError {
  const [first, ...more] = words?.lines ?? []
  const details = more.map((line) => `  ${line}`)
  if (first !== undefined && !(error instanceof TimedOut)) {
    return new CliError(exitCodes.load, `${shown(label)} did not start: ${first}`, details, { cause: error })
  }
  const reason = reasonOf(error)
  const all = first === undefined ? [] : [`  ${first}`, ...details]
  return new CliError(exitCodes.listen, `cannot connect to ${shown(label)}: ${reason}`, all, { cause: error })
}

function reasonOf(error: unknown): string {
  const status = httpStatusOf(error)
  if (status === 401) return "401: it asks for a token; give headers: { authorization: 'Bearer …' }"
  if (status === 404 || status === 405) return `${status}: MCP is not served at this path; often it is /mcp`
  if (status !== undefined) return `it answered with status ${status}`
  for (const cause of causesOf(error)) {
    // The official SSE client keeps the code in its message only.
    const code = codeOf(cause) ?? /\b(E[A-Z]{4,})\b/.exec(messageOf(cause))?.[1]
    const words = networkWords[code ?? '']
    if (words) return words
  }
  return messageOf(error)
}

/** The official client's HTTP errors carry the status, at different depths. */
function httpStatusOf(error: unknown): number | undefined {
  for (const cause of causesOf(error)) {
    if (cause instanceof Error && cause.name === 'UnauthorizedError') return 401
    const data: unknown = Reflect.get(Object(cause), 'data')
    for (const holder of [cause, data]) {
      for (const key of ['status', 'code']) {
        const status: unknown = Reflect.get(Object(holder), key)
        if (typeof status === 'number' && status >= 400 && status < 600) return status
      }
    }
  }
  return undefined
}

function* causesOf(error: unknown): Generator<unknown> {
  let cause = error
  for (let depth = 0; depth < 8 && cause !== undefined; depth++) {
    yield cause
    if (cause instanceof AggregateError) yield* cause.errors
    const data: unknown = Reflect.get(Object(cause), 'data')
    cause = Reflect.get(Object(cause), 'cause') ?? Reflect.get(Object(data), 'cause')
  }
}

import { codeOf } from '../../../terminal/errors.ts'

/** Messages by the first word of a Redis error. */
const answers = new Map([
  ['WRONGPASS', 'wrong user name or password'],
  ['NOAUTH', 'it asks for a password'],
  ['NOPERM', 'the user lacks a permission (ACL)'],
  ['OOM', 'its memory is full'],
  ['READONLY', 'it is a read-only replica'],
  ['MISCONF', 'it cannot write to its disk'],
  ['LOADING', 'it is loading its data'],
  ['CLUSTERDOWN', 'its cluster is incomplete'],
  ['MASTERDOWN', 'it is a replica without its primary'],
])

const systems = new Map([
  ['ECONNREFUSED', 'connection refused'],
  ['ECONNRESET', 'the connection was closed'],
  ['ENOTFOUND', 'its host name was not found'],
  ['EAI_AGAIN', 'its host name was not found'],
  ['ETIMEDOUT', 'no answer'],
  ['EHOSTUNREACH', 'its host cannot be reached'],
  ['DEPTH_ZERO_SELF_SIGNED_CERT', 'its certificate is self-signed'],
  ['SELF_SIGNED_CERT_IN_CHAIN', 'its certificate is not trusted'],
  ['UNABLE_TO_VERIFY_LEAF_SIGNATURE', 'its certificate is not trusted'],
])

/** Errors of a wrong configuration, which retries cannot fix. */
const lasting = /^(WRONGPASS|NOAUTH|NOPERM)\b|without any password configured/

/** The reason of a Redis error, as text that contains nothing of the command. */
export function redisFault(error: unknown): string {
  const { message, cause } = originOf(error)
  const first = /^-?([A-Z]{3,})\b/.exec(message)?.[1] ?? ''
  if (first === 'EXECABORT' && cause !== undefined) return redisFault(cause)
  if (/Command timed out|connect ETIMEDOUT/.test(message)) return 'no answer'
  if (/Failed to refresh slots cache|Cluster isn't ready/.test(message) && cause !== undefined)
    return redisFault(cause)
  if (/sentinels? (are|is) unreachable/.test(message)) return 'no sentinel answers'
  if (/without any password configured/.test(message)) return 'it has no password, and one was given'
  if (/Connection is closed|isn't writeable/.test(message)) return 'the connection is closed'
  const command = /run the '([a-z|]{1,32})' command/.exec(message)?.[1]
  if (command !== undefined) return `the user may not use the command ${command} (ACL)`
  const code = codeOf(error) ?? ''
  return answers.get(first) ?? systems.get(code) ?? (first || code || 'unknown reason')
}

/** Whether only a change of the configuration can fix it. */
export function isLasting(error: unknown): boolean {
  const { message, cause } = originOf(error)
  return lasting.test(message) || (cause !== undefined && isLasting(cause))
}

export const isTimeout = (error: unknown): boolean => /Command timed out/.test(originOf(error).message)

/** The error of a transaction lists the refused command separately. */
function originOf(error: unknown): { message: string; cause: unknown } {
  const message = error instanceof Error ? error.message : ''
  if (!(error instanceof Error)) return { message, cause: undefined }
  const previous: unknown = Reflect.get(error, 'previousErrors')
  return { message, cause: Array.isArray(previous) ? previous[0] : Reflect.get(error, 'lastNodeError') }
}

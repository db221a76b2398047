import { own } from '../protocol/own.ts'
import { codeOf, messageOf } from '../terminal/errors.ts'

/** Messages for Node's error codes. */
const words: Record<string, string> = {
  ECONNREFUSED: 'connection refused',
  ENOTFOUND: 'host not found',
  EAI_AGAIN: 'host name lookup failed',
  ECONNRESET: 'the connection was closed',
  UND_ERR_SOCKET: 'the connection was closed',
  UND_ERR_RES_CONTENT_LENGTH_MISMATCH: 'the connection was closed',
  ETIMEDOUT: 'no answer',
  UND_ERR_CONNECT_TIMEOUT: 'no answer',
  UND_ERR_HEADERS_TIMEOUT: 'no answer',
  ENOENT: 'program not found',
  EACCES: 'the program cannot be started: permission denied',
  DEPTH_ZERO_SELF_SIGNED_CERT: untrusted('its certificate is self-signed'),
  SELF_SIGNED_CERT_IN_CHAIN: untrusted('a certificate in its chain is self-signed'),
  UNABLE_TO_GET_ISSUER_CERT: untrusted('its certificate is of an unknown authority'),
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY: untrusted('its certificate is of an unknown authority'),
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: untrusted('its certificate is of an unknown authority'),
  CERT_HAS_EXPIRED: 'its certificate has expired',
  CERT_NOT_YET_VALID: 'its certificate is not valid yet',
  ERR_TLS_CERT_ALTNAME_INVALID: 'its certificate is for another host name',
}

function untrusted(reason: string): string {
  return `${reason}: name a file with it in NODE_EXTRA_CA_CERTS to trust it`
}

/**
 * Why a connection failed, by the first known Node error code among an error and its causes; `undefined` without one.
 */
export function networkFault(causes: readonly unknown[]): string | undefined {
  return causes.map((cause) => own(words, codeIn(cause) ?? '')).find((word) => word !== undefined)
}

/** The official client's SSE errors have the code only in their message. */
const codeIn = (cause: unknown): string | undefined =>
  codeOf(cause) ?? /\b(E[A-Z]{4,})\b/.exec(messageOf(cause))?.[1]

/** An error and its cause chain. */
export function* causesOf(error: unknown): Generator<unknown> {
  let cause = error
  for (let depth = 0; depth < 8 && cause !== undefined; depth++) {
    yield cause
    if (cause instanceof AggregateError) yield* cause.errors
    cause = Reflect.get(Object(cause), 'cause') ?? Reflect.get(Object(dataOf(cause)), 'cause')
  }
}

/** The `data` property of the official client's errors. */
export const dataOf = (cause: unknown): unknown => Reflect.get(Object(cause), 'data')

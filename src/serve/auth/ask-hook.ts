import { isNativeError, isProxy } from 'node:util/types'
import { within } from '../../process/clock.ts'
import {
  type Answer,
  type AuthHook,
  type AuthInfo,
  type HookOutcome,
  isObject,
  plainAsk,
  propertyOf,
  type RemoteHook,
  subjectOf,
} from '../../protocol/auth.ts'
import { get, hasOwn, isArray, isFiniteNumber } from '../../protocol/builtins.ts'
import { messageOf } from '../../terminal/errors.ts'
import { type AnyResponse, isResponse } from '../../transports/web/any-response.ts'

/** Milliseconds that a hook may take to authenticate a caller. */
export const hookLimit = 10_000

const late = Symbol('late')

/**
 * Runs an auth hook, in the process that it belongs to. Never rejects: whatever the hook does becomes one of four
 * tagged outcomes.
 * @param limit milliseconds that it may take.
 */
export async function askHook(hook: AuthHook, request: Request, limit = hookLimit): Promise<HookOutcome> {
  try {
    const ask = hasOwn(hook, plainAsk) ? (get(hook, plainAsk) as RemoteHook['ask']) : undefined
    const outcome = await within(ask ? ask(request) : outcomeOf(hook, request), limit, late)
    if (outcome !== late) return outcome
    const fault = `${hookName(hook)} has not answered within ${limit / 1000} s`
    return { kind: 'failed', status: 503, fault }
  } catch (error) {
    const stack = isNativeError(error) ? (error.stack ?? error.message) : messageOf(error)
    return failed(`${hookName(hook)} failed: ${stack}`)
  }
}

async function outcomeOf(hook: AuthHook, request: Request): Promise<HookOutcome> {
  const returned: unknown = await hook(request)
  if (returned === undefined || returned === null) return { kind: 'unknown' }
  // A value that looks like both a Response and a caller is treated as the Response: a refusal.
  if (isResponse(returned)) return answered(hook, returned)
  const fault = authFault(returned)
  if (fault === undefined) return { kind: 'known', auth: returned as AuthInfo }
  return failed(`${hookName(hook)} returned ${fault}: return AuthInfo, undefined or a Response`)
}

/** What is wrong with a value that a hook returned, as text that follows "returned"; undefined if it is valid. */
export function authFault(value: unknown): string | undefined {
  if (!isObject(value)) return `a ${typeof value}`
  if (isArray(value)) return 'an array'
  if (isNativeError(value)) return 'an error, which is to be thrown'
  for (const name of ['token', 'clientId']) {
    const found = propertyOf(value, name)
    if (typeof found !== 'string') return `an object with ${found === undefined ? 'no' : 'a bad'} "${name}"`
  }
  // An introspection response has `active: false` for a revoked token (RFC 7662, 2.2).
  const active = propertyOf(value, 'active')
  if (active !== undefined && active !== true) return 'an introspection answer that is not "active"'
  const expiresAt = propertyOf(value, 'expiresAt')
  if (expiresAt !== undefined && expiresAt !== null && !isFiniteNumber(expiresAt)) {
    return 'an "expiresAt" that is not a number of seconds'
  }
  const scopes = propertyOf(value, 'scopes')
  if (scopes !== undefined && !(isArray(scopes) && scopes.every((one) => typeof one === 'string')))
    return '"scopes" that are not a list of strings'
  return hasSubject(value as AuthInfo) ? undefined : 'an "extra" whose "iss" and "sub" name no subject'
}

/** Whether a session can be bound to this caller: its subject must be representable in JSON. */
function hasSubject(auth: AuthInfo): boolean {
  try {
    subjectOf(auth)
    return true
  } catch {
    return false
  }
}

async function answered(hook: AuthHook, response: AnyResponse): Promise<HookOutcome> {
  const { status } = response
  if (!Number.isInteger(status) || status < 200 || status > 599) {
    return failed(`${hookName(hook)} returned a Response with the status ${status}, which cannot be sent`)
  }
  const body = new Uint8Array(await response.arrayBuffer())
  return { kind: 'answered', answer: { status, headers: headersOf(response), body } }
}

/** All headers except those that describe how the body was transferred. */
const headersOf = ({ headers }: AnyResponse): Answer['headers'] =>
  [...headers].filter(([name]) => !/^(connection|content-length|transfer-encoding)$/i.test(name))

const failed = (fault: string): HookOutcome => ({ kind: 'failed', status: 500, fault })

/** The name of the hook in log lines. */
export const hookName = (hook: AuthHook) =>
  !isProxy(hook) && typeof hook.name === 'string' && hook.name !== '' && hook.name !== 'auth'
    ? `auth (${hook.name})`
    : 'auth'

import {
  type AuthHook,
  type AuthInfo,
  type HookOutcome,
  propertyOf,
  type RemoteHook,
} from '../../protocol/auth.ts'
import { isRecord } from '../../protocol/jsonrpc.ts'
import { askHook, hookName } from '../../serve/auth/ask-hook.ts'
import { messageOf } from '../../terminal/errors.ts'
import { WebUrl } from '../../transports/web/web-classes.ts'
import { type FlatValue, flatten, TooLarge, unflatten } from './flat-value.ts'

/** What came of asking a hook, on its way from its process. */
export type WireOutcome =
  | Exclude<HookOutcome, { kind: 'known' }>
  | { readonly kind: 'known'; readonly auth: FlatValue }

/**
 * What is known of a caller, made fit for the way to another process: what cannot travel, such as functions, is lost.
 * @throws TooLarge for what has too many parts, or no end; what a getter throws that says who calls.
 */
export function authToWire(auth: AuthInfo): FlatValue {
  const plain = { ...spread(auth), ...ownForm(auth) }
  const { resource } = plain
  return flatten({ ...plain, ...(isUrl(resource) && { resource: resource.href }) })
}

/** Its own properties, without those that fail to be read. */
function spread(value: object): Record<string, unknown> {
  const read = (name: string): [string, unknown][] => {
    try {
      return [[name, Reflect.get(value, name)]]
    } catch {
      return []
    }
  }
  return Object.fromEntries(Object.keys(value).flatMap(read))
}

/** What makes a caller one, from the class of the object too, which does not travel. */
const ownForm = (value: object): Record<string, unknown> =>
  Object.fromEntries(
    ['token', 'clientId', 'scopes', 'expiresAt', 'extra']
      .map((name) => [name, propertyOf(value, name)])
      .filter(([, one]) => one !== undefined),
  )

const isUrl = (value: unknown): value is { href: string } =>
  isRecord(value) && typeof value.href === 'string' && typeof value.searchParams === 'object'

/** The same as handlers know it. */
export function authFromWire(wire: FlatValue): AuthInfo {
  const auth = unflatten(wire) as AuthInfo
  const resource: unknown = auth.resource
  return typeof resource === 'string' && WebUrl.canParse(resource)
    ? { ...auth, resource: new WebUrl(resource) }
    : auth
}

/** The same as the front knows it. */
export const outcomeFromWire = (outcome: WireOutcome): HookOutcome =>
  outcome.kind === 'known' ? { ...outcome, auth: authFromWire(outcome.auth) } : outcome

/**
 * Asks a hook, in the process that it lives in, and makes what comes of it fit for the way to another.
 * @param limit milliseconds that it may take.
 */
export async function askForFront(
  hook: AuthHook | RemoteHook | undefined,
  request: Request,
  limit?: number,
): Promise<WireOutcome> {
  if (!hook) return { kind: 'failed', status: 500, fault: 'the server has no auth hook any more' }
  const outcome = await (typeof hook === 'function' ? askHook(hook, request, limit) : hook.ask(request))
  if (outcome.kind !== 'known') return outcome
  try {
    return { kind: 'known', auth: authToWire(outcome.auth) }
  } catch (error) {
    const of = typeof hook === 'function' ? hookName(hook) : 'auth'
    const fault = `${of} returned AuthInfo that cannot be handed on, because it `
    const why =
      error instanceof TooLarge ? `is too large: ${error.message}` : `fails to be read: ${messageOf(error)}`
    return { kind: 'failed', status: 500, fault: fault + why }
  }
}

import { type AuthHook, type AuthInfo, type HookOutcome, propertyOf, type RemoteHook } from '../auth.ts'
import { isRecord } from '../jsonrpc.ts'
import { askHook } from '../serve/ask-hook.ts'
import { WebUrl } from '../transports/web-classes.ts'

/** What is known of a caller, made fit for the way to another process: what cannot travel, such as functions, is lost. */
export function authToWire(value: unknown): unknown {
  if (!isRecord(value)) return value
  const { resource } = value
  const plain = { ...value, ...ownForm(value), ...(isUrl(resource) && { resource: resource.href }) }
  try {
    return structuredClone(plain)
  } catch {
    return JSON.parse(JSON.stringify(plain))
  }
}

/** What makes a caller one, from the class of the object too, which does not travel. */
const ownForm = (value: object) =>
  Object.fromEntries(
    ['token', 'clientId', 'scopes', 'expiresAt', 'extra']
      .map((name) => [name, propertyOf(value, name)])
      .filter(([, one]) => one !== undefined),
  )

const isUrl = (value: unknown): value is { href: string } =>
  isRecord(value) && typeof value.href === 'string' && typeof value.searchParams === 'object'

/** The same as handlers know it. */
export function authFromWire(auth: AuthInfo): AuthInfo {
  const resource: unknown = auth.resource
  return typeof resource === 'string' && WebUrl.canParse(resource)
    ? { ...auth, resource: new WebUrl(resource) }
    : auth
}

/**
 * Asks a hook, in the process that it lives in, and makes what comes of it fit for the way to another.
 * @param limit milliseconds that it may take.
 */
export async function askForFront(
  hook: AuthHook | RemoteHook | undefined,
  request: Request,
  limit?: number,
): Promise<HookOutcome> {
  if (!hook) return { kind: 'failed', status: 500, fault: 'the server has no auth hook any more' }
  const outcome = await (typeof hook === 'function' ? askHook(hook, request, limit) : hook.ask(request))
  return outcome.kind === 'known' ? { ...outcome, auth: authToWire(outcome.auth) as AuthInfo } : outcome
}

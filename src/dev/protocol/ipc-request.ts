import {
  type AuthHook,
  type AuthInfo,
  type HookOutcome,
  propertyOf,
  type RemoteHook,
} from '../../protocol/auth.ts'
import type { MessageExtra } from '../../protocol/channel.ts'
import { isRecord } from '../../protocol/jsonrpc.ts'
import { askHook, hookName } from '../../serve/auth/ask-hook.ts'
import { messageOf } from '../../terminal/errors.ts'
import { WebRequest } from '../../transports/web/web-classes.ts'
import { WebUrl } from '../../transports/web/web-url.ts'
import { type FlatValue, flatten, TooLarge, unflatten } from './flat-value.ts'
import type { IpcOutcome, IpcRequest } from './ipc.ts'

/** The HTTP request of a message, in a form for IPC. */
export function extraToIpc(extra: MessageExtra | undefined): IpcRequest | undefined {
  if (!extra?.requestInfo) return undefined
  const { headers, url } = extra.requestInfo
  const pairs = Object.entries(headers).flatMap(([name, value]): [string, string][] => {
    if (value === undefined) return []
    return Array.isArray(value) ? value.map((one) => [name, one]) : [[name, value]]
  })
  const bare = { url: String(url ?? 'http://localhost/'), method: 'POST', headers: pairs }
  return { ...bare, ...authFor(extra.authInfo) }
}

export function requestToIpc(request: Request, authInfo?: AuthInfo): IpcRequest {
  const { url, method, headers } = request
  return { url, method, headers: [...headers], ...authFor(authInfo) }
}

/** The same with its body, for a user's route. */
export async function requestWithBodyToIpc(request: Request, authInfo?: AuthInfo): Promise<IpcRequest> {
  const bare = requestToIpc(request, authInfo)
  return request.body ? { ...bare, body: new Uint8Array(await request.arrayBuffer()) } : bare
}

/** Reconstructs it in the form that both SDK majors pass to handlers. */
export function extraFromIpc(carried: IpcRequest | undefined): MessageExtra | undefined {
  if (!carried) return undefined
  return {
    requestInfo: { headers: Object.fromEntries(carried.headers), url: new WebUrl(carried.url) },
    get request() {
      return requestFromIpc(carried)
    },
    ...(carried.authInfo && { authInfo: authFromIpc(carried.authInfo) }),
  }
}

export function requestFromIpc({ url, method, headers, body }: IpcRequest, signal?: AbortSignal): Request {
  return new WebRequest(url, {
    method,
    headers,
    ...(body && { body: new Uint8Array(body) }),
    ...(signal && { signal }),
  })
}

/**
 * Runs an auth hook in its process, and converts the outcome for IPC.
 * @param limit milliseconds that it may take.
 */
export async function askForFront(
  hook: AuthHook | RemoteHook | undefined,
  request: Request,
  limit?: number,
): Promise<IpcOutcome> {
  if (!hook) return { kind: 'failed', status: 500, fault: 'the server has no auth hook any more' }
  const outcome = await (typeof hook === 'function' ? askHook(hook, request, limit) : hook.ask(request))
  if (outcome.kind !== 'known') return outcome
  try {
    return { kind: 'known', auth: authToIpc(outcome.auth) }
  } catch (error) {
    const of = typeof hook === 'function' ? hookName(hook) : 'auth'
    const fault = `${of} returned AuthInfo that cannot be handed on, because it `
    const why =
      error instanceof TooLarge ? `is too large: ${error.message}` : `fails to be read: ${messageOf(error)}`
    return { kind: 'failed', status: 500, fault: fault + why }
  }
}

/** Reconstructs the caller for handlers. */
export function authFromIpc(carried: FlatValue): AuthInfo {
  const auth = unflatten(carried) as AuthInfo
  const resource: unknown = auth.resource
  return typeof resource === 'string' && WebUrl.canParse(resource)
    ? { ...auth, resource: new WebUrl(resource) }
    : auth
}

/** Reconstructs the outcome of a hook in the front. */
export const outcomeFromIpc = (outcome: IpcOutcome): HookOutcome =>
  outcome.kind === 'known' ? { ...outcome, auth: authFromIpc(outcome.auth) } : outcome

const authFor = (auth: AuthInfo | undefined) => auth && { authInfo: authToIpc(auth) }

/**
 * Converts a caller for IPC: what cannot be sent, such as functions, is dropped.
 * @throws TooLarge for a value with too many parts; or the error of a getter that identifies the caller.
 */
function authToIpc(auth: AuthInfo): FlatValue {
  const plain = { ...spread(auth), ...ownForm(auth) }
  const { resource } = plain
  return flatten({ ...plain, ...(isUrl(resource) && { resource: resource.href }) })
}

/** Its own properties, without those whose getters throw. */
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

/** The identifying properties of a caller, including inherited ones, which are not sent otherwise. */
const ownForm = (value: object): Record<string, unknown> =>
  Object.fromEntries(
    ['token', 'clientId', 'scopes', 'expiresAt', 'extra']
      .map((name) => [name, propertyOf(value, name)])
      .filter(([, one]) => one !== undefined),
  )

const isUrl = (value: unknown): value is { href: string } =>
  isRecord(value) && typeof value.href === 'string' && typeof value.searchParams === 'object'

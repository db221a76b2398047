import type { AuthHook, AuthInfo } from '../auth.ts'
import { isRecord } from '../jsonrpc.ts'
import type { Verdict } from './wire.ts'

/** What a hook returned, made fit for the way to another process: what cannot travel, such as functions, is lost. */
export function authToWire(value: unknown): unknown {
  if (!isRecord(value)) return value
  const plain = { ...value, ...(value.resource instanceof URL && { resource: value.resource.href }) }
  try {
    return structuredClone(plain)
  } catch {
    return JSON.parse(JSON.stringify(plain))
  }
}

/** The same as handlers know it. */
export function authFromWire(auth: AuthInfo): AuthInfo {
  const resource: unknown = auth.resource
  return typeof resource === 'string' && URL.canParse(resource)
    ? { ...auth, resource: new URL(resource) }
    : auth
}

/** Asks a hook, in the process that it lives in. */
export async function verdictOf(hook: AuthHook | undefined, request: Request): Promise<Verdict> {
  try {
    if (!hook) throw new Error('the server has no auth hook any more')
    const value: unknown = await hook(request)
    if (!(value instanceof Response)) return { kind: 'returned', value: authToWire(value) }
    const body = new Uint8Array(await value.arrayBuffer())
    return { kind: 'response', status: value.status, headers: [...value.headers], body }
  } catch (error) {
    return { kind: 'thrown', stack: error instanceof Error ? (error.stack ?? error.message) : String(error) }
  }
}

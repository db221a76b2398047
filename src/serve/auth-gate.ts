import type { AuthHook, AuthInfo } from '../auth.ts'
import { errorCodes, errorReply } from '../jsonrpc.ts'
import type { Log } from './serve-options.ts'

/** Where clients look for the metadata of a protected resource (RFC 9728, 3.1). */
export const metadataPath = '/.well-known/oauth-protected-resource'

/** Asks the auth hook about every request, and words its refusals as HTTP and OAuth want them. */
export class AuthGate {
  readonly #hook: AuthHook
  readonly #log: Log
  readonly #path: string | undefined

  /** @param path where MCP is served; the path of each request when absent. */
  constructor(hook: AuthHook, log: Log, path?: string) {
    this.#hook = hook
    this.#log = log
    this.#path = path
  }

  /** Who calls, or the answer that turns the caller away. */
  async check(request: Request): Promise<AuthInfo | Response> {
    let outcome: unknown
    try {
      outcome = await this.#hook(request)
    } catch (error) {
      const stack = error instanceof Error ? (error.stack ?? error.message) : String(error)
      this.#log('error', `auth failed: ${stack}`)
      return refusal(500, 'Internal error', errorCodes.internal)
    }
    if (outcome === undefined || outcome === null) return this.#challenge(request)
    if (outcome instanceof Response) return this.#completed(outcome, request)
    if (typeof outcome === 'object') return this.#unexpired(outcome as AuthInfo, request)
    this.#log('error', `auth returned a ${typeof outcome}: return AuthInfo, undefined or a Response`)
    return refusal(500, 'Internal error', errorCodes.internal)
  }

  /** Whether this is a path of the metadata, and there is any. */
  servesMetadataAt(path: string): boolean {
    return this.#hook.metadata !== undefined && (path === metadataPath || path.startsWith(`${metadataPath}/`))
  }

  /** The metadata of this server as a client knows it (RFC 9728, 3.2). */
  metadata(request: Request): Response {
    const { authorizationServers = [], scopes } = this.#hook.metadata ?? {}
    return Response.json({
      resource: this.#resource(request).href,
      authorization_servers: authorizationServers,
      ...(scopes && { scopes_supported: scopes }),
      bearer_methods_supported: ['header'],
    })
  }

  /** The server's own URL, without query: what a token must have been issued for. */
  #resource(request: Request): URL {
    const { resource } = this.#hook.metadata ?? {}
    if (resource !== undefined) return new URL(resource)
    const { origin, pathname } = new URL(request.url)
    const asked = pathname.startsWith(metadataPath) ? pathname.slice(metadataPath.length) || '/' : pathname
    return new URL(this.#path ?? asked, origin)
  }

  #unexpired(auth: AuthInfo, request: Request): AuthInfo | Response {
    const expired = typeof auth.expiresAt === 'number' && auth.expiresAt <= Date.now() / 1000
    return expired ? this.#challenge(request, 'The token has expired') : auth
  }

  #challenge(request: Request, description?: string): Response {
    const presented = request.headers.has('authorization')
    const error = presented
      ? { error: 'invalid_token', error_description: description ?? 'The token is not accepted' }
      : {}
    const scope = this.#hook.metadata?.scopes?.join(' ')
    const header = challengeOf({ realm: 'mcp', ...error, ...(scope && { scope }), ...this.#pointer(request) })
    const message = presented ? (description ?? 'The token is not accepted') : 'A bearer token is required'
    return refusal(401, message, errorCodes.server, { 'www-authenticate': header })
  }

  #completed(response: Response, request: Request): Response {
    if (response.status !== 401) return response
    const present = response.headers.get('www-authenticate')
    if (present?.includes('resource_metadata=')) return response
    const pointer = this.#pointer(request)
    const headers = new Headers(response.headers)
    if (present === null) headers.set('www-authenticate', challengeOf({ realm: 'mcp', ...pointer }))
    else if (pointer.resource_metadata && /^Bearer\b/i.test(present)) {
      headers.set('www-authenticate', `${present}, ${parameters(pointer)}`)
    }
    return new Response(response.body, { status: 401, headers })
  }

  #pointer(request: Request): { resource_metadata?: string } {
    if (!this.#hook.metadata) return {}
    const { origin, pathname } = this.#resource(request)
    return { resource_metadata: `${origin}${metadataPath}${pathname === '/' ? '' : pathname}` }
  }
}

const challengeOf = (values: Record<string, string>) => `Bearer ${parameters(values)}`

const parameters = (values: Record<string, string>) =>
  Object.entries(values)
    .map(([name, value]) => `${name}="${value.replace(/["\\]/g, '\\$&')}"`)
    .join(', ')

const refusal = (status: number, message: string, code: number, headers: Record<string, string> = {}) =>
  Response.json(errorReply(null, code, message), { status, headers })

import {
  type Answer,
  type AuthHook,
  type AuthInfo,
  type HookOutcome,
  propertyOf,
  type RemoteHook,
} from '../../protocol/auth.ts'
import { errorCodes, errorReply, type RequestId } from '../../protocol/jsonrpc.ts'
import { WebUrl } from '../../transports/web/web-url.ts'
import type { Log } from '../serve-options.ts'
import { askHook } from './ask-hook.ts'
import { jsonAnswer } from './json-answer.ts'

// Captured before user code runs, which may fake the clock.
const { now } = Date

/** Where clients look for the metadata of a protected resource (RFC 9728, 3.1). */
export const metadataPath = '/.well-known/oauth-protected-resource'

/** Whether a request is admitted. A plain tagged object, so that no class or prototype can change the outcome. */
export type Verdict =
  | { readonly kind: 'admitted'; readonly auth: AuthInfo }
  | { readonly kind: 'refused'; readonly answer: Answer }

/**
 * The one place where callers are admitted: runs the hook for every request and turns its refusals into HTTP responses
 * as OAuth requires (RFC 6750, 3; RFC 9728, 5.1).
 */
export class AuthGate {
  readonly #hook: AuthHook | RemoteHook
  readonly #log: Log
  readonly #path: string | undefined

  /** @param path where MCP is served; the path of each request when absent. */
  constructor(hook: AuthHook | RemoteHook, log: Log, path?: string) {
    this.#hook = hook
    this.#log = log
    this.#path = path
  }

  /** The caller, or the response that refuses it. */
  async check(request: Request): Promise<Verdict> {
    const hook = this.#hook
    const outcome = await (typeof hook === 'function' ? askHook(hook, request) : hook.ask(request))
    switch (outcome.kind) {
      case 'known':
        return this.#expired(outcome.auth)
          ? this.#challenge(request, 'The token has expired')
          : { kind: 'admitted', auth: outcome.auth }
      case 'unknown':
        return this.#challenge(request)
      case 'answered':
        return refused(this.#completed(outcome.answer, request))
      case 'failed':
        return this.#fault(outcome)
    }
  }

  /**
   * The response to an authenticated caller that lacks scopes. It lists the scopes of this request together with those
   * of every request, since a client requests exactly what it is told.
   */
  lacking(request: Request, scopes: readonly string[], id: RequestId | null): Answer {
    const scope = [...new Set([...(this.#hook.metadata?.scopes ?? []), ...scopes])].join(' ')
    const words = `This tool needs the scopes ${scopes.join(' ')}`
    const error = { error: 'insufficient_scope', error_description: words, scope }
    const header = challengeOf({ realm: 'mcp', ...error, ...this.#pointer(request) })
    return jsonAnswer(403, errorReply(id, errorCodes.server, words), [['www-authenticate', header]])
  }

  /** Whether metadata is served at this path. */
  servesMetadataAt(path: string): boolean {
    return this.#hook.metadata !== undefined && (path === metadataPath || path.startsWith(`${metadataPath}/`))
  }

  /** This server's metadata, with its URL as the client sees it (RFC 9728, 3.2). */
  metadata(request: Request): Answer {
    const { authorizationServers = [], scopes } = this.#hook.metadata ?? {}
    return jsonAnswer(200, {
      resource: this.#resource(request).href,
      authorization_servers: authorizationServers,
      ...(scopes && { scopes_supported: scopes }),
      bearer_methods_supported: ['header'],
    })
  }

  /** The server's own URL without the query: the resource that a token must have been issued for. */
  #resource(request: Request): URL {
    const { resource } = this.#hook.metadata ?? {}
    if (resource !== undefined) return new WebUrl(resource)
    const { origin, pathname } = new WebUrl(request.url)
    const asked = pathname.startsWith(metadataPath) ? pathname.slice(metadataPath.length) || '/' : pathname
    return new WebUrl(this.#path ?? asked, origin)
  }

  #expired(auth: AuthInfo): boolean {
    const expiresAt = propertyOf(auth, 'expiresAt')
    const { clockTolerance = 0 } = this.#hook
    return typeof expiresAt === 'number' && expiresAt + clockTolerance <= now() / 1000
  }

  #challenge(request: Request, description?: string): Verdict {
    const presented = request.headers.has('authorization')
    const error = presented
      ? { error: 'invalid_token', error_description: description ?? 'The token is not accepted' }
      : {}
    const scope = this.#hook.metadata?.scopes?.join(' ')
    const header = challengeOf({ realm: 'mcp', ...error, ...(scope && { scope }), ...this.#pointer(request) })
    const message = presented ? (description ?? 'The token is not accepted') : 'A bearer token is required'
    const body = errorReply(null, errorCodes.server, message)
    return refused(jsonAnswer(401, body, [['www-authenticate', header]]))
  }

  #fault({ status, fault }: HookOutcome & { kind: 'failed' }): Verdict {
    this.#log('error', fault)
    if (status === 500)
      return refused(jsonAnswer(500, errorReply(null, errorCodes.internal, 'Internal error')))
    const body = errorReply(null, errorCodes.server, 'Callers cannot be checked at the moment')
    return refused(jsonAnswer(503, body, [['retry-after', '10']]))
  }

  #completed(answer: Answer, request: Request): Answer {
    if (answer.status !== 401) return answer
    const isChallenge = ([name]: Answer['headers'][number]) => name.toLowerCase() === 'www-authenticate'
    const present = answer.headers
      .filter(isChallenge)
      .map(([, value]) => value)
      .join(', ')
    if (present.includes('resource_metadata=')) return answer
    const pointer = this.#pointer(request)
    let header = present
    if (present === '') header = challengeOf({ realm: 'mcp', ...pointer })
    else if (pointer.resource_metadata && /^Bearer\b/i.test(present)) header += `, ${parameters(pointer)}`
    const others = answer.headers.filter((one) => !isChallenge(one))
    return { ...answer, headers: [...others, ['www-authenticate', header]] }
  }

  #pointer(request: Request): { resource_metadata?: string } {
    if (!this.#hook.metadata) return {}
    const { origin, pathname } = this.#resource(request)
    return { resource_metadata: `${origin}${metadataPath}${pathname === '/' ? '' : pathname}` }
  }
}

const refused = (answer: Answer): Verdict => ({ kind: 'refused', answer })

const challengeOf = (values: Record<string, string>) => `Bearer ${parameters(values)}`

const parameters = (values: Record<string, string>) =>
  Object.entries(values)
    .map(([name, value]) => `${name}="${value.replace(/["\\]/g, '\\$&')}"`)
    .join(', ')

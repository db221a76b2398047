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

// Taken before user code runs, which may set its clock as it likes.
const { now } = Date

/** Where clients look for the metadata of a protected resource (RFC 9728, 3.1). */
export const metadataPath = '/.well-known/oauth-protected-resource'

/** Whether a request is let in. It is read by its tag alone, so no class and no prototype can change it. */
export type Verdict =
  | { readonly kind: 'admitted'; readonly auth: AuthInfo }
  | { readonly kind: 'refused'; readonly answer: Answer }

/**
 * The one place where callers are admitted: asks the hook about every request, and words its refusals as HTTP and
 * OAuth want them (RFC 6750, 3; RFC 9728, 5.1).
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

  /** Who calls, or the answer that turns the caller away. */
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
   * The answer to a caller who is known and may not do this: the scopes that it takes, with those that every request
   * takes, since a client asks for what it is told and for nothing else.
   */
  lacking(request: Request, scopes: readonly string[], id: RequestId | null): Answer {
    const scope = [...new Set([...(this.#hook.metadata?.scopes ?? []), ...scopes])].join(' ')
    const words = `This tool needs the scopes ${scopes.join(' ')}`
    const error = { error: 'insufficient_scope', error_description: words, scope }
    const header = challengeOf({ realm: 'mcp', ...error, ...this.#pointer(request) })
    return jsonAnswer(403, errorReply(id, errorCodes.server, words), [['www-authenticate', header]])
  }

  /** Whether this is a path of the metadata, and there is any. */
  servesMetadataAt(path: string): boolean {
    return this.#hook.metadata !== undefined && (path === metadataPath || path.startsWith(`${metadataPath}/`))
  }

  /** The metadata of this server as a client knows it (RFC 9728, 3.2). */
  metadata(request: Request): Answer {
    const { authorizationServers = [], scopes } = this.#hook.metadata ?? {}
    return jsonAnswer(200, {
      resource: this.#resource(request).href,
      authorization_servers: authorizationServers,
      ...(scopes && { scopes_supported: scopes }),
      bearer_methods_supported: ['header'],
    })
  }

  /** The server's own URL, without query: what a token must have been issued for. */
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

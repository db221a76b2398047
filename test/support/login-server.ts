import { createHash, randomUUID } from 'node:crypto'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { text } from 'node:stream/consumers'

/** What is wrong with a server, or unusual. */
export interface Oddities {
  /** Seconds that an access token lasts. */
  lifetime?: number
  /** Members of the metadata of the authorization server that differ. */
  metadata?: Record<string, unknown>
  /** Members of the metadata of the resource that differ. */
  resource?: Record<string, unknown>
  /** The issuer that the browser brings back; `null` for none. */
  iss?: string | null
  registration?: boolean
  /** What a registration is refused with. */
  refusal?: Record<string, unknown>
  /** Members of what a client is registered as. */
  registered?: Record<string, unknown>
  /** Paths that send on to another address, whatever comes. */
  moved?: Record<string, string>
  /** Members of what tokens are sent in that differ, or all of it as text. */
  issued?: Record<string, unknown> | string
  /** Paths that are never answered, and of which only the beginning of an answer comes. */
  silent?: readonly string[]
  halting?: readonly string[]
  device?: boolean
  /** Members of what a login on another device begins with that differ. */
  deviceSays?: Record<string, unknown>
  /** The only client it knows, and how that has to say who it is. */
  client?: { id: string; secret?: string; way: 'basic' | 'post' | 'none' }
  /** The scope that a tool call needs beside `read`. */
  callScope?: string
  /** The scope that the list of tools needs beside `read`. */
  listScope?: string
}

interface Reply {
  status?: number
  json?: unknown
  /** A body that is not JSON. */
  raw?: string
  headers?: Record<string, string>
}

/** A server of one tool behind an authorization server of its own, both made by hand so that they can be hostile. */
export class LoginServer implements AsyncDisposable {
  readonly odd: Oddities
  readonly tokens = new Map<string, { until: number; scope: string }>()
  readonly refreshTokens = new Map<string, string>()
  readonly #codes = new Map<string, { challenge: string; scope: string; redirect: string }>()
  /** How often each thing was asked. */
  readonly counts = { register: 0, authorize: 0, code: 0, refresh: 0, machine: 0, device: 0, called: 0 }
  /** The clients that were sent to it in a browser. */
  readonly clients: string[] = []
  readonly #streams = new Set<ServerResponse>()
  /** Called with each tool call, and each list of tools, before it is answered. */
  onCall: () => void = () => undefined
  onList: () => void = () => undefined
  /** Called with the grant of each token that has been made, which is sent once this is over. */
  onToken: (grant: string) => unknown = () => undefined
  readonly #server = createServer((request, response) => void this.#serve(request, response))
  origin = ''

  constructor(odd: Oddities) {
    this.odd = odd
  }

  static async start(odd: Oddities = {}): Promise<LoginServer> {
    const made = new LoginServer(odd)
    // On a busy machine a client uses a kept connection again just when it is closed for being idle.
    made.#server.keepAliveTimeout = 120_000
    await new Promise<void>((resolve) => made.#server.listen(0, '127.0.0.1', resolve))
    made.origin = `http://127.0.0.1:${(made.#server.address() as AddressInfo).port}`
    return made
  }

  get url(): string {
    return `${this.origin}/mcp`
  }

  /** Access tokens are refused from now on, as if they had ended. */
  endTokens(): void {
    this.tokens.clear()
  }

  /** Nothing that was given out is good any more. */
  revoke(): void {
    this.tokens.clear()
    this.refreshTokens.clear()
  }

  /** The same server over SSE. */
  get sseUrl(): string {
    return `${this.origin}/sse`
  }

  async #serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const body = await text(request)
    if (request.url === '/sse' && request.method === 'GET' && this.#known(request))
      return this.#stream(response)
    if (this.odd.silent?.includes(request.url ?? '')) return
    if (this.odd.halting?.includes(request.url ?? ''))
      return void response.writeHead(200, { 'content-type': 'application/json' }).write('{')
    const {
      status = 200,
      json,
      raw,
      headers,
    } = this.#reply(request, new URL(request.url ?? '/', this.origin), body)
    if (request.url === '/token') await this.onToken(new URLSearchParams(body).get('grant_type') ?? '')
    response.writeHead(status, { 'content-type': 'application/json', ...headers })
    response.end(raw ?? (json === undefined ? '' : JSON.stringify(json)))
  }

  #reply(request: IncomingMessage, { pathname, searchParams }: URL, body: string): Reply {
    const location = this.odd.moved?.[pathname]
    if (location !== undefined && (pathname !== '/mcp' || this.#known(request)))
      return { status: 307, headers: { location } }
    if (pathname === '/mcp') return this.#mcp(request, body)
    if (pathname === '/sse') return this.#sse(request, body)
    if (pathname.startsWith('/.well-known/oauth-protected-resource'))
      return {
        json: {
          resource: pathname.endsWith('/sse') ? this.sseUrl : this.url,
          authorization_servers: [this.origin],
          ...this.odd.resource,
        },
      }
    if (pathname === '/.well-known/oauth-authorization-server') return { json: this.#metadata() }
    if (pathname === '/register') {
      this.counts.register++
      if (this.odd.refusal) return { status: 400, json: this.odd.refusal }
      const given = { client_id: `client-${this.counts.register}`, ...this.odd.registered }
      return { status: 201, json: { ...JSON.parse(body), ...given } }
    }
    if (pathname === '/authorize') return this.#authorize(searchParams)
    if (pathname === '/token' || pathname === '/revoke') {
      if (!this.#isClient(request, new URLSearchParams(body)))
        return { status: 401, json: { error: 'invalid_client' } }
    }
    if (pathname === '/token') return this.#token(new URLSearchParams(body))
    if (pathname === '/device') {
      const verification_uri = `${this.origin}/activate`
      const says = { device_code: 'd', user_code: 'ABCD-EFGH', verification_uri, interval: 0.1 }
      return { json: { ...says, ...this.odd.deviceSays } }
    }
    if (pathname !== '/revoke') return { status: 404 }
    const token = new URLSearchParams(body).get('token') ?? ''
    this.refreshTokens.delete(token)
    this.tokens.delete(token)
    return {}
  }

  #metadata(): Record<string, unknown> {
    const at = (path: string) => `${this.origin}${path}`
    return {
      issuer: this.origin,
      authorization_endpoint: at('/authorize'),
      token_endpoint: at('/token'),
      revocation_endpoint: at('/revoke'),
      ...(this.odd.registration !== false && { registration_endpoint: at('/register') }),
      ...(this.odd.device && { device_authorization_endpoint: at('/device') }),
      response_types_supported: ['code'],
      grant_types_supported: ['authorization_code', 'refresh_token'],
      code_challenge_methods_supported: ['S256'],
      token_endpoint_auth_methods_supported: ['none', 'client_secret_post'],
      authorization_response_iss_parameter_supported: true,
      ...this.odd.metadata,
    }
  }

  #authorize(params: URLSearchParams): Reply {
    this.counts.authorize++
    this.clients.push(params.get('client_id') ?? '')
    const code = randomUUID()
    const callback = new URL(params.get('redirect_uri') ?? '')
    const challenge = params.get('code_challenge') ?? ''
    this.#codes.set(code, { challenge, scope: params.get('scope') ?? 'read', redirect: callback.href })
    callback.searchParams.set('code', code)
    callback.searchParams.set('state', params.get('state') ?? '')
    const { iss = this.origin } = this.odd
    if (iss !== null) callback.searchParams.set('iss', iss)
    return { status: 302, headers: { location: callback.href } }
  }

  #token(params: URLSearchParams): Reply {
    const grant = params.get('grant_type') ?? ''
    if (grant === 'authorization_code') return this.#exchange(params)
    if (grant === 'refresh_token') {
      const token = params.get('refresh_token') ?? ''
      const scope = this.refreshTokens.get(token)
      if (scope === undefined) return refused('invalid_grant')
      this.counts.refresh++
      this.refreshTokens.delete(token)
      return this.#issue(scope, true)
    }
    if (grant === 'client_credentials') {
      if (params.get('client_secret') !== 'machine-secret') return refused('invalid_client')
      this.counts.machine++
      return this.#issue('read', false)
    }
    if (!grant.endsWith('device_code')) return refused('unsupported_grant_type')
    this.counts.device++
    return this.counts.device < 2 ? refused('authorization_pending') : this.#issue('read', true)
  }

  #exchange(params: URLSearchParams): Reply {
    const code = this.#codes.get(params.get('code') ?? '')
    this.#codes.delete(params.get('code') ?? '')
    const verifier = createHash('sha256')
      .update(params.get('code_verifier') ?? '')
      .digest('base64url')
    if (!code || code.challenge !== verifier || code.redirect !== params.get('redirect_uri'))
      return refused('invalid_grant')
    this.counts.code++
    return this.#issue(code.scope, true)
  }

  #issue(scope: string, refreshable: boolean): Reply {
    const { lifetime = 3600 } = this.odd
    const [access, refresh] = [`access-${randomUUID()}`, `refresh-${randomUUID()}`]
    this.tokens.set(access, { until: Date.now() + lifetime * 1000, scope })
    if (refreshable) this.refreshTokens.set(refresh, scope)
    const json = { access_token: access, token_type: 'Bearer', expires_in: lifetime, scope }
    const { issued } = this.odd
    if (typeof issued === 'string') return { raw: issued }
    return { json: { ...json, ...(refreshable && { refresh_token: refresh }), ...issued } }
  }

  #mcp(request: IncomingMessage, body: string): Reply {
    const metadata = `resource_metadata="${this.origin}/.well-known/oauth-protected-resource${request.url}"`
    const refusal = { status: 401, headers: { 'www-authenticate': `Bearer ${metadata}, scope="read"` } }
    const known = this.#known(request)
    if (!known) return refusal
    if (request.method !== 'POST') return { status: 405 }
    const { id, method } = JSON.parse(body) as { id?: number; method: string }
    if (id === undefined) return { status: 202 }
    if (method === 'tools/call') this.onCall()
    if (method === 'tools/list') this.onList()
    if (!this.#known(request)) return refusal
    const { callScope, listScope } = this.odd
    const scope = { 'tools/call': callScope, 'tools/list': listScope }[method]
    if (scope && !known.scope.split(' ').includes(scope)) {
      const challenge = `Bearer error="insufficient_scope", scope="${scope}", ${metadata}`
      return { status: 403, headers: { 'www-authenticate': challenge } }
    }
    if (method === 'tools/call') this.counts.called++
    return { json: { jsonrpc: '2.0', id, ...answerTo(method) } }
  }

  /** What is said to the one stream is answered there. */
  #sse(request: IncomingMessage, body: string): Reply {
    const reply = this.#mcp(request, body)
    if (reply.json === undefined) return reply
    for (const stream of this.#streams)
      stream.write(`event: message\ndata: ${JSON.stringify(reply.json)}\n\n`)
    return { status: 202 }
  }

  #stream(response: ServerResponse): void {
    this.#streams.add(response)
    response.on('close', () => this.#streams.delete(response))
    response.writeHead(200, { 'content-type': 'text/event-stream' }).write('event: endpoint\ndata: /sse\n\n')
  }

  #known({ headers }: IncomingMessage): { scope: string } | undefined {
    const token = /^Bearer (.+)$/.exec(headers.authorization ?? '')?.[1] ?? ''
    const known = this.tokens.get(token)
    return known && known.until >= Date.now() ? known : undefined
  }

  #isClient({ headers }: IncomingMessage, params: URLSearchParams): boolean {
    const { client } = this.odd
    if (!client) return true
    const { id, secret, way } = client
    const basic = `Basic ${Buffer.from(`${id}:${secret}`).toString('base64')}`
    if (way === 'basic') return headers.authorization === basic && !params.has('client_secret')
    if (headers.authorization !== undefined || params.get('client_id') !== id) return false
    return (params.get('client_secret') ?? undefined) === (way === 'post' ? secret : undefined)
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#server.closeAllConnections()
    await new Promise((resolve) => this.#server.close(resolve))
  }
}

const refused = (error: string): Reply => ({ status: 400, json: { error } })

export function answerTo(method: string): Record<string, unknown> {
  const serverInfo = { name: 'guarded', version: '1.0.0' }
  if (method === 'initialize')
    return { result: { protocolVersion: '2025-11-25', capabilities: { tools: {} }, serverInfo } }
  if (method === 'tools/list')
    return { result: { tools: [{ name: 'greet', description: 'Greets.', inputSchema: { type: 'object' } }] } }
  if (method === 'tools/call') return { result: { content: [{ type: 'text', text: 'hello' }] } }
  return { error: { code: -32_601, message: 'Method not found' } }
}

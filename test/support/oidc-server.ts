import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { json } from 'node:stream/consumers'
import { pathToFileURL } from 'node:url'
import { cachedModules } from '../../scripts/npm-cache.mjs'
import { answerTo } from './login-server.ts'

/** What is used of oidc-provider, which comes without types. */
interface Provider {
  callback(): (request: IncomingMessage, response: ServerResponse) => void
  on(event: string, heard: () => void): void
  interactionDetails(request: IncomingMessage, response: ServerResponse): Promise<Interaction>
  interactionFinished(request: IncomingMessage, response: ServerResponse, result: object): Promise<void>
  AccessToken: Kind
  RefreshToken: Kind
  Grant: new (about: object) => Grant
}
interface Kind {
  find(value: string): Promise<{ grantId: string; destroy(): Promise<void> } | undefined>
  revokeByGrantId(grantId: string): Promise<void>
}
interface Grant {
  addOIDCScope(scope: string): void
  addResourceScope(resource: string, scope: string): void
  save(): Promise<string>
}
interface Interaction {
  prompt: { name: string }
  params: { client_id: string; scope?: string; resource?: string }
  session?: { accountId: string }
}

/** A server of one tool behind the authorization server that many use, whose person says yes to everything. */
export class OidcServer implements AsyncDisposable {
  readonly counts = { granted: 0, refused: 0 }
  readonly #server = createServer((request, response) => void this.#serve(request, response))
  readonly #seen = new Set<string>()
  readonly #elsewhere: string | undefined
  #provider!: Provider
  origin = ''

  private constructor(elsewhere: string | undefined) {
    this.#elsewhere = elsewhere
  }

  /** @param elsewhere the URL of a server that is not this one, whose tokens are JSON Web Tokens. */
  static async start(elsewhere?: string): Promise<OidcServer> {
    const made = new OidcServer(elsewhere)
    await new Promise<void>((resolve) => made.#server.listen(0, '127.0.0.1', resolve))
    made.origin = `http://127.0.0.1:${(made.#server.address() as AddressInfo).port}`
    const folder = join(cachedModules('oidc-provider-9', 'oidc-provider@9'), 'oidc-provider')
    const { Provider: Made } = await import(pathToFileURL(join(folder, 'lib', 'index.js')).href)
    made.#provider = new Made(made.origin, made.#settings()) as Provider
    made.#provider.on('grant.success', () => void made.counts.granted++)
    made.#provider.on('grant.error', () => void made.counts.refused++)
    return made
  }

  get url(): string {
    return this.#elsewhere ?? `${this.origin}/mcp`
  }

  /** Whether a token is good still. */
  async isGood(kind: 'AccessToken' | 'RefreshToken', value: string): Promise<boolean> {
    return (await this.#provider[kind].find(value)) !== undefined
  }

  /** Access tokens are refused from now on, as if they had ended. */
  async endTokens(): Promise<void> {
    for (const token of this.#seen) await (await this.#provider.AccessToken.find(token))?.destroy()
  }

  /** Nothing that was given out with this token is good any more. */
  async revoke(accessToken: string): Promise<void> {
    const { AccessToken, RefreshToken } = this.#provider
    const grantId = (await AccessToken.find(accessToken))?.grantId ?? ''
    for (const kind of [AccessToken, RefreshToken]) await kind.revokeByGrantId(grantId)
  }

  #settings(): object {
    const format = this.#elsewhere === undefined ? 'opaque' : 'jwt'
    const server = { scope: 'read write', audience: this.url, accessTokenFormat: format }
    return {
      cookies: { keys: ['test'] },
      scopes: ['read', 'write'],
      clientAuthMethods: ['none', 'client_secret_basic'],
      findAccount: (_: unknown, id: string) => ({ accountId: id, claims: () => ({ sub: id }) }),
      interactions: { url: (_: unknown, { uid }: { uid: string }) => `/interaction/${uid}` },
      issueRefreshToken: () => true,
      features: {
        devInteractions: { enabled: false },
        registration: { enabled: true },
        revocation: { enabled: true },
        resourceIndicators: {
          enabled: true,
          defaultResource: () => this.url,
          getResourceServerInfo: () => server,
          useGrantedResource: () => true,
        },
      },
    }
  }

  async #serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const path = request.url ?? '/'
    if (path === '/mcp') return this.#mcp(request, response)
    if (path.startsWith('/interaction/')) return this.#agree(request, response)
    if (!path.startsWith('/.well-known/oauth-protected-resource'))
      return this.#provider.callback()(request, response)
    const about = {
      resource: this.url,
      authorization_servers: [this.origin],
      scopes_supported: ['read', 'write'],
    }
    response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(about))
  }

  /** The person logs in, and agrees to whatever is asked for. */
  async #agree(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { prompt, params, session } = await this.#provider.interactionDetails(request, response)
    if (prompt.name === 'login')
      return this.#provider.interactionFinished(request, response, { login: { accountId: 'ann' } })
    const grant = new this.#provider.Grant({ accountId: session?.accountId, clientId: params.client_id })
    grant.addOIDCScope(params.scope ?? '')
    grant.addResourceScope(this.url, params.scope ?? '')
    const consent = { grantId: await grant.save() }
    return this.#provider.interactionFinished(request, response, { consent })
  }

  async #mcp(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const token = /^Bearer (.+)$/.exec(request.headers.authorization ?? '')?.[1] ?? ''
    const known = token === '' ? undefined : await this.#provider.AccessToken.find(token)
    if (!known) {
      const metadata = `${this.origin}/.well-known/oauth-protected-resource/mcp`
      const challenge = `Bearer resource_metadata="${metadata}", scope="read"`
      return void response.writeHead(401, { 'www-authenticate': challenge }).end()
    }
    this.#seen.add(token)
    if (request.method !== 'POST') return void response.writeHead(405).end()
    const { id, method } = (await json(request)) as { id?: number; method: string }
    if (id === undefined) return void response.writeHead(202).end()
    response.writeHead(200, { 'content-type': 'application/json' })
    response.end(JSON.stringify({ jsonrpc: '2.0', id, ...answerTo(method) }))
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#server.closeAllConnections()
    await new Promise((resolve) => this.#server.close(resolve))
  }
}

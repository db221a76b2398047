import { KeyObject, sign } from 'node:crypto'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { exportJWK, generateKeyPair, type JWTPayload, SignJWT, UnsecuredJWT } from 'jose'

/** How an endpoint behaves. */
export type Manner = 'well' | 'late' | 'down' | 'slow' | 'huge' | 'not JSON' | 'other JSON' | 'moved'

/** What was asked at which path, in the order in which it came. */
export interface Asked {
  path: string
  body: string
  authorization: string | undefined
}

/**
 * An authorization server as a resource server sees it: metadata, keys that rotate, tokens, and an introspection
 * endpoint that knows the tokens it is told of. Each endpoint can be made to behave badly.
 * @param host what it is called where it is not this machine, for those who find it there.
 */
export async function startAuthorizationServer({
  path = '',
  host = '127.0.0.1',
}: {
  path?: string
  host?: string
} = {}) {
  const asked: Asked[] = []
  const manners = { keys: 'well' as Manner, introspect: 'well' as Manner }
  const known = new Map<string, unknown>()
  const busy = { now: new Map<string, number>(), most: 0 }
  let metadata: 'oauth' | 'openid' | 'of another' | 'none' = 'oauth'
  let signer = await newKey('one')
  let published = [signer.jwk]

  const server = createServer((request, response) => {
    void answer(request, response)
  }).listen(0, '127.0.0.1')
  // On a busy machine a client uses a kept connection again just when it is closed for being idle.
  server.keepAliveTimeout = 120_000
  await new Promise((resolve) => server.once('listening', resolve))
  const { port } = server.address() as AddressInfo
  const origin = `http://${host}:${port}`
  const issuer = `${origin}${path}`

  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const body = await bodyOf(request)
    const at = request.url ?? ''
    asked.push({ path: at, body, authorization: request.headers.authorization })
    const places = {
      oauth: `/.well-known/oauth-authorization-server${path}`,
      openid: `${path}/.well-known/openid-configuration`,
      'of another': `/.well-known/oauth-authorization-server${path}`,
      none: '',
    }
    if (at === places[metadata]) {
      const named = metadata === 'of another' ? 'https://another.example' : issuer
      return json(response, { issuer: named, jwks_uri: `${origin}/keys` })
    }
    if (at === '/keys') return behave(response, manners.keys, () => ({ keys: published }))
    if (at !== '/introspect') return void response.writeHead(404).end()
    const token = new URLSearchParams(body).get('token') ?? ''
    const count = (busy.now.get(token) ?? 0) + 1
    busy.now.set(token, count)
    busy.most = Math.max(busy.most, count)
    response.once('close', () => busy.now.set(token, (busy.now.get(token) ?? 1) - 1))
    return behave(response, manners.introspect, () => known.get(token) ?? { active: false })
  }

  return {
    origin,
    /** Where it really is. */
    place: new URL(`http://127.0.0.1:${port}`),
    issuer,
    audience: 'https://mcp.example/mcp',
    asked,
    manners,
    /** What the introspection endpoint says of each token. */
    known,
    /** The most requests for one token at a time. */
    mostAtOnce: () => busy.most,
    /** Where its metadata is, if anywhere. */
    publishes: (where: typeof metadata) => {
      metadata = where
    },
    /** A new key takes the place of the one before, which stays published unless it is withdrawn. */
    rotate: async (kid: string, { withdraw = false } = {}) => {
      signer = await newKey(kid)
      published = withdraw ? [signer.jwk] : [...published.slice(-1), signer.jwk]
    },
    publicKey: () => JSON.stringify(published.at(-1)),
    /** @param claims beside the usual ones; one that is undefined is left out. */
    token: (claims: Record<string, unknown> = {}, header: Record<string, unknown> = {}) =>
      signed({ ...usual(issuer), ...claims } as JWTPayload, header, signer),
    forged: async () => signed(usual(issuer), {}, await newKey(signer.jwk.kid)),
    unknownKey: async () => signed(usual(issuer), {}, await newKey('never-published')),
    unsigned: () => new UnsecuredJWT(usual(issuer)).encode(),
    /** Signed rightly, whatever its parts say; what is in them that is no text is written as JSON. */
    odd: (header: Record<string, unknown>, payload: unknown = usual(issuer)) =>
      byHand({ alg: 'ES256', kid: signer.jwk.kid, ...header }, payload, signer),
    /** Signed by a stranger, with the stranger's key in it or the address of one. */
    foreign: async (header: (jwk: object) => Record<string, unknown>) => {
      const stranger = await newKey(signer.jwk.kid)
      return signed(usual(issuer), header(stranger.jwk), stranger)
    },
    /** Signed with the public key as if it were a shared secret. */
    confused: () =>
      new SignJWT(usual(issuer))
        .setProtectedHeader({ alg: 'HS256', kid: signer.jwk.kid })
        .sign(new TextEncoder().encode(JSON.stringify(published.at(-1)))),
    [Symbol.dispose]: () => {
      server.close()
      server.closeAllConnections()
    },
  }
}

export type AuthorizationServer = Awaited<ReturnType<typeof startAuthorizationServer>>

type Signer = Awaited<ReturnType<typeof newKey>>

async function newKey(kid: string) {
  const { publicKey, privateKey } = await generateKeyPair('ES256')
  return { privateKey, jwk: { ...(await exportJWK(publicKey)), kid, alg: 'ES256', use: 'sig' } }
}

/** Seconds since 1970, and so many more. */
export const seconds = (more = 0) => Math.floor(Date.now() / 1000) + more

const usual = (iss: string): JWTPayload => ({
  iss,
  aud: 'https://mcp.example/mcp',
  sub: 'ann',
  azp: 'app',
  scope: 'mcp',
  exp: seconds(300),
})

const signed = (claims: JWTPayload, header: Record<string, unknown>, { privateKey, jwk }: Signer) =>
  new SignJWT(claims).setProtectedHeader({ alg: 'ES256', kid: jwk.kid, ...header }).sign(privateKey)

function byHand(header: object, payload: unknown, { privateKey }: Signer): string {
  const text = typeof payload === 'string' ? payload : JSON.stringify(payload)
  const parts = [JSON.stringify(header), text]
    .map((part) => Buffer.from(part).toString('base64url'))
    .join('.')
  const key = { key: KeyObject.from(privateKey as never), dsaEncoding: 'ieee-p1363' } as const
  return `${parts}.${sign('sha256', Buffer.from(parts), key).toString('base64url')}`
}

async function bodyOf(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = []
  for await (const chunk of request) chunks.push(chunk as Buffer)
  return Buffer.concat(chunks).toString()
}

const json = (response: ServerResponse, value: unknown) =>
  void response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(value))

function behave(response: ServerResponse, manner: Manner, good: () => unknown): void {
  switch (manner) {
    case 'well':
      return json(response, good())
    case 'late':
      // So that whoever asks meanwhile meets a question that is still open.
      return void setTimeout(() => json(response, good()), 300)
    case 'down':
      return void response.destroy()
    case 'slow':
      // Headers, and then nothing for as long as anybody waits.
      return void response.writeHead(200, { 'content-type': 'application/json' }).flushHeaders()
    case 'huge':
      return void response.writeHead(200).end(`{"active":true,"keys":[],"more":"${'x'.repeat(2 ** 21)}"}`)
    case 'not JSON':
      return void response.writeHead(200).end('<html>')
    case 'other JSON':
      return json(response, { active: 'true', keys: 'none' })
    case 'moved':
      return void response.writeHead(302, { location: '/elsewhere' }).end()
  }
}

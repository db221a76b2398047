import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { exportJWK, generateKeyPair, type JWTPayload, SignJWT, UnsecuredJWT } from 'jose'

/** What a token of the issuer says unless a test says otherwise; times are relative to now. */
const usual = {
  iss: 'https://issuer.example',
  aud: 'https://mcp.example/mcp',
  sub: 'ann',
  scope: 'mcp',
  azp: 'app',
}

/** An authorization server as far as a resource server sees it: published keys, and tokens signed with them. */
export async function startIssuer() {
  const { publicKey, privateKey } = await generateKeyPair('RS256')
  const stranger = await generateKeyPair('RS256')
  const jwk = { ...(await exportJWK(publicKey)), kid: 'one', alg: 'RS256', use: 'sig' }
  const server = createServer((_request, response) => {
    response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify({ keys: [jwk] }))
  }).listen(0, '127.0.0.1')
  await new Promise((resolve) => server.once('listening', resolve))
  const { port } = server.address() as AddressInfo

  const sign = (claims: JWTPayload, key = privateKey, expires = '5m') =>
    new SignJWT({ ...usual, ...claims })
      .setProtectedHeader({ alg: 'RS256', kid: 'one' })
      .setExpirationTime(expires)
      .sign(key)
  return {
    jwksUri: `http://127.0.0.1:${port}/jwks.json`,
    /** @param claims beside the usual ones; one that is undefined is left out. */
    token: (claims: Record<string, unknown> = {}) => sign(claims as JWTPayload),
    /** @param ago seconds since it has expired. */
    expired: (ago = 60) => sign({}, privateKey, `-${ago}s`),
    eternal: () => new SignJWT(usual).setProtectedHeader({ alg: 'RS256', kid: 'one' }).sign(privateKey),
    forged: () => sign({}, stranger.privateKey),
    unsigned: () => new UnsecuredJWT(usual).setExpirationTime('5m').encode(),
    /** Signed with the public key as if it were a shared secret. */
    confused: () =>
      new SignJWT(usual)
        .setProtectedHeader({ alg: 'HS256', kid: 'one' })
        .setExpirationTime('5m')
        .sign(new TextEncoder().encode(JSON.stringify(jwk))),
    close: () => {
      server.close()
      server.closeAllConnections()
    },
  }
}

export type Issuer = Awaited<ReturnType<typeof startIssuer>>

import { isRecord } from '../../../protocol/jsonrpc.ts'
import { fetchJson } from './fetch-json.ts'

/**
 * The URLs of an issuer's metadata, in the order in which MCP clients try them (2025-11-25, basic/authorization): RFC
 * 8414 first, then OpenID Connect Discovery, whose own specification appends the path.
 */
export function metadataAddresses(issuer: string): string[] {
  const { origin, pathname } = new URL(issuer)
  const path = pathname.replace(/\/$/, '')
  const addresses = [
    `${origin}/.well-known/oauth-authorization-server${path}`,
    `${origin}/.well-known/openid-configuration${path}`,
    `${origin}${path}/.well-known/openid-configuration`,
  ]
  return [...new Set(addresses)]
}

/** Maximum bytes of metadata, and of keys. */
export const issuerLimit = 2 ** 20

/**
 * The URL of an issuer's keys, from its metadata.
 * @throws Error with the reason, as text for the operator of the server.
 */
export async function keysAddress(issuer: string, signal: AbortSignal): Promise<string> {
  const faults: string[] = []
  for (const address of metadataAddresses(issuer)) {
    try {
      return keysIn(await fetchJson(address, { signal, limit: issuerLimit }), issuer)
    } catch (error) {
      faults.push(`${address} ${error instanceof Error ? error.message : ''}`)
      if (signal.aborted) break
    }
  }
  throw new Error(`${faults.join('; ')}. Name the address of its keys with --jwks`)
}

function keysIn({ status, value }: { status: number; value: unknown }, issuer: string): string {
  if (status !== 200) throw new Error(`answers with status ${status}`)
  if (!isRecord(value)) throw new Error('is not a JSON object')
  // Otherwise the metadata of any other issuer would be accepted (RFC 8414, 3.3).
  if (value.issuer !== issuer) {
    const said = typeof value.issuer === 'string' ? `"${value.issuer.slice(0, 200)}"` : 'no issuer'
    throw new Error(`is the metadata of ${said}, and not of "${issuer}"`)
  }
  const { jwks_uri: keys } = value
  if (typeof keys !== 'string' || !/^https?:\/\//.test(keys) || !URL.canParse(keys)) {
    throw new Error('names no jwks_uri')
  }
  return keys
}

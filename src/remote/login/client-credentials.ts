import type { StoredOAuthClientInformation } from '@modelcontextprotocol/client'

/**
 * Adds client authentication to a request, by the method that the client is registered for (RFC 6749, 2.3.1), as the
 * official client does at the token endpoint.
 * @param supported the endpoint's methods, if it names them.
 * @param body receives body parameters.
 * @returns the headers to send.
 */
export async function withClient(
  client: StoredOAuthClientInformation,
  supported: readonly string[] | undefined,
  body: URLSearchParams,
): Promise<Record<string, string>> {
  const { selectClientAuthMethod } = await import('../official-client.ts')
  const { client_id: id, client_secret: secret } = client
  const way = selectClientAuthMethod(client, [...(supported ?? [])])
  if (way === 'client_secret_basic' && secret !== undefined) {
    const words = [id, secret].map((text) => new URLSearchParams({ '': text }).toString().slice(1))
    return { authorization: `Basic ${Buffer.from(words.join(':')).toString('base64')}` }
  }
  body.set('client_id', id)
  if (way === 'client_secret_post' && secret !== undefined) body.set('client_secret', secret)
  return {}
}

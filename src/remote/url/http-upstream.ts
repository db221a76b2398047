import type { Destination, GatewayParts } from '../upstream.ts'
import { type OfficialTransport, RemoteTransport } from './remote-transport.ts'

/** Where a remote server is. */
export interface RemotePlace {
  readonly url: URL
  /** What every request to it carries, as it stands when the request goes out. */
  readonly headers: Readonly<Record<string, string>>
  readonly sse: boolean
}

/** A server at a URL, on the transport of the official client. */
export function remoteDestination(
  { url, headers, sse }: RemotePlace,
  { maxMessage, log }: GatewayParts,
): Destination {
  const parts: GatewayParts = {
    maxMessage,
    log: (level, message) => log(level, `${url.href}: ${message}`),
  }
  return {
    label: url.href,
    connect: async () => {
      const sdk = await import('@modelcontextprotocol/client')
      return new RemoteTransport((fetch) => {
        const options = { requestInit: { headers }, fetch }
        const made = sse
          ? new sdk.SSEClientTransport(url, options)
          : new sdk.StreamableHTTPClientTransport(url, options)
        return made as unknown as OfficialTransport
      }, parts)
    },
    close: () => Promise.resolve(),
  }
}

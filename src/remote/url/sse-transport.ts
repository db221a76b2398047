import type { SSEClientTransport, SSEClientTransportOptions } from '@modelcontextprotocol/client'

/**
 * The official client's SSE transport. For a failed start it keeps only the message; here the original error is the
 * cause.
 */
export function sseTransport(
  sdk: { SSEClientTransport: typeof SSEClientTransport },
  url: URL,
  options: SSEClientTransportOptions,
): SSEClientTransport {
  const { fetch = globalThis.fetch } = options
  let cause: unknown
  const noting: typeof globalThis.fetch = (input, init) =>
    fetch(String(input), init).catch((error: unknown) => {
      cause = error
      throw error
    })
  const transport = new sdk.SSEClientTransport(url, { ...options, fetch: noting })
  const start = transport.start.bind(transport)
  transport.start = () =>
    start().catch((error: unknown) => {
      throw cause === undefined ? error : Object.assign(Object(error), { cause })
    })
  return transport
}

import { within } from '../within.ts'
import type { Destination, Upstream } from './upstream.ts'

/** Where a remote server is. */
export interface RemotePlace {
  readonly url: URL
  /** What every request to it carries, as it stands when the request goes out. */
  readonly headers: Readonly<Record<string, string>>
  readonly sse: boolean
}

/** A server at a URL, on the transport of the official client. */
export function remoteDestination({ url, headers, sse }: RemotePlace): Destination {
  return {
    label: url.href,
    connect: async () => {
      const sdk = await import('@modelcontextprotocol/client')
      const options = { requestInit: { headers } }
      const transport = sse
        ? new sdk.SSEClientTransport(url, options)
        : new RemoteTransport(new sdk.StreamableHTTPClientTransport(url, options))
      return transport as unknown as Upstream
    },
    close: () => Promise.resolve(),
  }
}

interface SessionTransport extends Upstream {
  terminateSession(): Promise<void>
}

/** Ends the session at the remote server too, which the official transport leaves to its caller. */
class RemoteTransport implements Upstream {
  readonly #inner: SessionTransport

  constructor(inner: unknown) {
    this.#inner = inner as SessionTransport
  }

  set onmessage(handler: Upstream['onmessage']) {
    this.#inner.onmessage = handler
  }
  set onclose(handler: Upstream['onclose']) {
    this.#inner.onclose = handler
  }
  set onerror(handler: Upstream['onerror']) {
    this.#inner.onerror = handler
  }

  start(): Promise<void> {
    return this.#inner.start()
  }

  send(message: Parameters<Upstream['send']>[0]): Promise<void> {
    return this.#inner.send(message)
  }

  setProtocolVersion(version: string): void {
    this.#inner.setProtocolVersion?.(version)
  }

  async close(): Promise<void> {
    await within(
      this.#inner.terminateSession().catch(() => undefined),
      1_000,
      undefined,
    )
    await this.#inner.close()
  }
}

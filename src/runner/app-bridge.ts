import { limitedSignal } from '../process/limited-signal.ts'
import type { Channel } from '../protocol/channel.ts'
import { setOwn } from '../protocol/own.ts'
import type { ServerSource } from '../protocol/source.ts'
import { gatewaySource } from '../remote/gateway-source.ts'
import { remoteDestination } from '../remote/url/http-upstream.ts'
import { type AppPort, appKeyHeader } from '../serve/app-port.ts'
import type { Log } from '../serve/serve-options.ts'

/** What of a client's request is about the way that it took to us, or is said again on the way to the app. */
const ourOwn =
  /^(host|origin|connection|keep-alive|te|transfer-encoding|upgrade|accept.*|content-.*|mcp-.*|last-event-id)$/

export interface BridgeOptions {
  /** Where the app serves MCP. */
  path: string
  /** It is the older transport that is served there. */
  sse: boolean
  log: Log
}

/**
 * An app that speaks MCP itself, as a server like any other: each conversation gets one of its own with the app,
 * whose requests carry the headers that the client's came with.
 */
export function bridgedApp(
  source: ServerSource,
  appPort: AppPort,
  { path, sse, log }: BridgeOptions,
): ServerSource {
  const url = new URL(path, `http://127.0.0.1:${appPort.port}`)
  const { appOnly: _, ...rest } = source
  return {
    ...rest,
    open: async (opening) => {
      const headers: Record<string, string> = { [appKeyHeader]: appPort.key }
      // Whoever only asks what there is will see that nothing came.
      const heard = opening.longLived ? log : () => undefined
      // What the user's own code answers has no limit anywhere.
      const parts = { maxMessage: Number.POSITIVE_INFINITY, log: heard }
      const server = await gatewaySource(remoteDestination({ url, headers, sse }, parts), heard).open(opening)
      return {
        sdkServer: server,
        connect: async (channel) => {
          await server.connect(channel)
          noteHeaders(channel, headers)
        },
        close: () => server.close(),
      }
    },
    close: async () => {
      await source.close()
      appPort.close()
    },
  }
}

/** Milliseconds that an app gets to begin the stream of SSE, before it counts as one that has none. */
const probeLimit = 2_000

/**
 * Where an app serves MCP for clients of a transport: those of SSE, which is rarely served by one, are bridged to its
 * Streamable HTTP where it has no stream for them; those on stdio to its SSE where it has nothing else.
 * @param path what the settings say, of the transport that they say.
 */
export async function mcpEndpointOf(
  appPort: AppPort,
  transport: string | undefined,
  path: string | undefined,
): Promise<Pick<BridgeOptions, 'path' | 'sse'>> {
  const usual = { path: path ?? '/mcp', sse: false }
  if (transport !== 'sse') {
    if (path !== undefined || !(await isAbsent(appPort, usual.path))) return usual
    return (await streamsAt(appPort, '/sse')) ? { path: '/sse', sse: true } : usual
  }
  const own = path ?? '/sse'
  return (await streamsAt(appPort, own)) ? { path: own, sse: true } : { path: '/mcp', sse: false }
}

/** Whether an app has nothing at a path for messages: what would not take this one says so otherwise. */
async function isAbsent({ port, key }: AppPort, path: string): Promise<boolean> {
  const aborted = new AbortController()
  const type = { 'content-type': 'application/json', accept: 'application/json, text/event-stream' }
  try {
    const response = await fetch(new URL(path, `http://127.0.0.1:${port}`), {
      method: 'POST',
      headers: { ...type, [appKeyHeader]: key },
      body: JSON.stringify({ jsonrpc: '2.0', id: 'fastmcp', method: 'ping' }),
      signal: limitedSignal(probeLimit, aborted.signal),
    })
    // With a body in JSON it is about a session.
    return response.status === 404 && !response.headers.get('content-type')?.includes('json')
  } catch {
    return false
  } finally {
    aborted.abort()
  }
}

async function streamsAt({ port, key }: AppPort, path: string): Promise<boolean> {
  const aborted = new AbortController()
  const headers = { accept: 'text/event-stream', [appKeyHeader]: key }
  try {
    const signal = limitedSignal(probeLimit, aborted.signal)
    const response = await fetch(new URL(path, `http://127.0.0.1:${port}`), { headers, signal })
    return response.ok && response.headers.get('content-type')?.startsWith('text/event-stream') === true
  } catch {
    return false
  } finally {
    aborted.abort()
  }
}

/** Takes over the headers of every request before its message is handed on. */
function noteHeaders(channel: Channel, into: Record<string, string>): void {
  const deliver = channel.onmessage
  channel.onmessage = (message, extra) => {
    for (const [name, value] of Object.entries(extra?.requestInfo?.headers ?? {})) {
      if (value !== undefined && !ourOwn.test(name)) setOwn(into, name, String(value))
    }
    deliver?.(message, extra)
  }
}

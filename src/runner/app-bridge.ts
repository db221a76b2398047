import { limitedSignal } from '../process/limited-signal.ts'
import type { Channel } from '../protocol/channel.ts'
import { setOwn } from '../protocol/own.ts'
import type { ServerSource } from '../protocol/source.ts'
import { gatewaySource } from '../remote/gateway-source.ts'
import { remoteDestination } from '../remote/url/http-upstream.ts'
import { type AppPort, appKeyHeader } from '../serve/app-port.ts'
import type { Log } from '../serve/serve-options.ts'

/** Headers of a client's request that describe its connection to us, or that are set anew for the app. */
const ourOwn =
  /^(host|origin|connection|keep-alive|te|transfer-encoding|upgrade|accept.*|content-.*|mcp-.*|last-event-id)$/

export interface BridgeOptions {
  /** The path of the app's MCP endpoint. */
  path: string
  /** Whether that endpoint speaks SSE, the older transport. */
  sse: boolean
  log: Log
}

/**
 * A server source for an app that serves MCP itself: each conversation gets its own connection to the app, whose
 * requests carry the client's headers.
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
      // Not logged for short conversations, whose caller sees the failure itself.
      const heard = opening.longLived ? log : () => undefined
      // Responses of the user's own code have no size limit.
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

/** Milliseconds that an app gets to start an SSE stream, before it counts as having none. */
const probeLimit = 2_000

/**
 * The app's MCP endpoint for clients of a transport. SSE clients are bridged to its Streamable HTTP if it has no SSE,
 * which is the usual case; stdio clients use its SSE if it has nothing else.
 * @param path the path from the settings, for the transport that they name.
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

/**
 * Whether an app has no endpoint at a path: an endpoint that refuses this request responds with something other than a
 * plain 404.
 */
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
    // A 404 with a JSON body refers to a session.
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

/** Copies the headers of every request before its message is passed on. */
function noteHeaders(channel: Channel, into: Record<string, string>): void {
  const deliver = channel.onmessage
  channel.onmessage = (message, extra) => {
    for (const [name, value] of Object.entries(extra?.requestInfo?.headers ?? {})) {
      if (value !== undefined && !ourOwn.test(name)) setOwn(into, name, String(value))
    }
    deliver?.(message, extra)
  }
}

import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { gatewaySource } from '../gateway/gateway-source.ts'
import { remoteDestination } from '../gateway/http-upstream.ts'
import type { Log } from '../serve/serve-options.ts'
import type { AppHandler, ServerSource } from '../source.ts'

/** Lets an HTTP app that speaks MCP itself be served on stdio: it is asked over a port of this machine alone. */
export async function bridgedApp(app: AppHandler, path: string, log: Log): Promise<ServerSource> {
  const server = createServer((request, response) => void app(request, response))
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const url = new URL(path, `http://127.0.0.1:${(server.address() as AddressInfo).port}`)
  const source = gatewaySource(remoteDestination({ url, headers: {}, sse: false }), log)
  return {
    ...source,
    close: async () => {
      await source.close()
      server.closeAllConnections()
      server.close()
    },
  }
}

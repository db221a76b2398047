import { randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { AppHandler } from '../protocol/source.ts'

/** Where a generation serves the user's HTTP app, for the front only. */
export interface AppAddress {
  port: number
  /** The secret that every request to it must carry. */
  key: string
}

/** The header that carries the key. */
export const appKeyHeader = 'x-fastmcp-app-key'

/** A local port on which the user's app answers every caller that knows its key. */
export interface AppPort extends AppAddress {
  close(): void
}

export async function openAppPort(app: AppHandler): Promise<AppPort> {
  const key = randomBytes(24).toString('base64url')
  const server = createServer((request, response) => {
    if (request.headers[appKeyHeader] !== key) return void response.writeHead(404).end()
    delete request.headers[appKeyHeader]
    void app(request, response)
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  return {
    port: (server.address() as AddressInfo).port,
    key,
    close: () => {
      server.closeAllConnections()
      server.close()
    },
  }
}

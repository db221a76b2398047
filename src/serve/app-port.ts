import { randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { AppHandler } from '../protocol/source.ts'

/** Where a generation serves the HTTP app of the user's, for the front alone. */
export interface AppAddress {
  port: number
  /** What every request to it has to carry. */
  key: string
}

/** The header that the key is in. */
export const appKeyHeader = 'x-fastmcp-app-key'

/** A port of this machine on which the user's app answers whoever knows its key. */
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

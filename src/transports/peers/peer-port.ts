import { randomBytes, timingSafeEqual } from 'node:crypto'
import { once } from 'node:events'
import { createServer, type IncomingMessage, type RequestListener } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { Place } from '../../store/siblings.ts'
import { peerKeyHeader } from './hand-on.ts'

/** A port of this machine on which a process answers what others of the same server hand on to it. */
export interface PeerPort extends Place {
  /** Whether a request has come in there: it is not handed on again. */
  has(request: IncomingMessage): boolean
  close(): void
}

/** @param handler answers, with the same checks as for whoever sends a request to the server itself. */
export async function openPeerPort(handler: RequestListener): Promise<PeerPort> {
  const key = randomBytes(24).toString('base64url')
  const requests = new WeakSet<IncomingMessage>()
  const server = createServer((request, response) => {
    if (!sameKey(request.headers[peerKeyHeader], key)) return void response.writeHead(404).end()
    delete request.headers[peerKeyHeader]
    requests.add(request)
    handler(request, response)
  })
  // Its own, while the port of the server is shared by all.
  server.listen({ port: 0, host: '127.0.0.1', exclusive: true })
  await once(server, 'listening')
  server.unref()
  return {
    port: (server.address() as AddressInfo).port,
    key,
    has: (request) => requests.has(request),
    close: () => {
      server.closeAllConnections()
      server.close()
    },
  }
}

function sameKey(given: unknown, key: string): boolean {
  const [ours, theirs] = [Buffer.from(key), Buffer.from(String(given))]
  return ours.length === theirs.length && timingSafeEqual(ours, theirs)
}

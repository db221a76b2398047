import { randomBytes, timingSafeEqual } from 'node:crypto'
import { once } from 'node:events'
import { createServer, type IncomingMessage, type RequestListener } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { ProcessAddress } from '../../store/siblings.ts'
import { CliError, codeOf, exitCodes, messageOf } from '../../terminal/errors.ts'
import { peerKeyHeader } from './forward.ts'

/** A local port on which a process answers requests that other processes of the same server forward. */
export interface PeerPort extends ProcessAddress {
  /** Sets the handler, which makes the same checks as for direct requests. */
  answerBy(handler: RequestListener): void
  /** Whether a request arrived on this port, and so must not be forwarded again. */
  has(request: IncomingMessage): boolean
  close(): void
}

/** @throws CliError (exit 4) when no port can be opened. */
export async function openPeerPort(): Promise<PeerPort> {
  let answer: RequestListener = (_, response) => void response.writeHead(503).end()
  const key = randomBytes(24).toString('base64url')
  const requests = new WeakSet<IncomingMessage>()
  const server = createServer((request, response) => {
    if (!sameKey(request.headers[peerKeyHeader], key)) return void response.writeHead(404).end()
    delete request.headers[peerKeyHeader]
    requests.add(request)
    answer(request, response)
  })
  // Exclusive, since cluster workers share ports by default.
  server.listen({ port: 0, host: '127.0.0.1', exclusive: true })
  await once(server, 'listening').catch((error: unknown) => {
    throw new CliError(
      exitCodes.listen,
      `a worker could not open a port on 127.0.0.1 (${codeOf(error) ?? messageOf(error)}), by which the others reach it. Free some, or leave --workers out.`,
    )
  })
  server.unref()
  return {
    port: (server.address() as AddressInfo).port,
    key,
    answerBy: (handler) => {
      answer = handler
    },
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

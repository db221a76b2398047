import { randomBytes, timingSafeEqual } from 'node:crypto'
import { once } from 'node:events'
import { createServer, type IncomingMessage, type RequestListener } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { ProcessAddress } from '../../store/siblings.ts'
import { CliError, codeOf, exitCodes, messageOf } from '../../terminal/errors.ts'
import { peerKeyHeader } from './forward.ts'

/** A port of this machine on which a process answers what others of the same server hand on to it. */
export interface PeerPort extends ProcessAddress {
  /** From now on this answers there, with the same checks as for whoever sends a request to the server itself. */
  answerBy(handler: RequestListener): void
  /** Whether a request has come in there: it is not handed on again. */
  has(request: IncomingMessage): boolean
  close(): void
}

/** @throws CliError (exit 4) when there is no port to be had. */
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
  // Its own, while the port of the server is shared by all.
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

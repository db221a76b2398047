import type { IncomingMessage } from 'node:http'
import { isRequest, messageText } from '../protocol/jsonrpc.ts'
import type { LackingScopes } from '../protocol/tool-scopes.ts'
import type { Outlet } from '../sessions/outlet.ts'
import type { Registry } from '../sessions/registry.ts'
import type { Session } from '../sessions/session.ts'
import { EventStream } from './http/event-stream.ts'
import type { Endpoint } from './http/http-app.ts'
import { type Exchange, refuse, refuseFull, refuseMethod, refuseStopping } from './http/http-reply.ts'
import { readMessage } from './http/message-body.ts'
import { refusesScopes } from './http/scope-check.ts'
import type { Peers } from './peers/peers.ts'
import { requestInfo } from './web/web-request.ts'

/** Maximum characters of a path prefix that a proxy strips. */
const prefixLimit = 256

export interface SseOptions {
  registry: Registry
  /** The path of the stream, `/sse` by default. */
  path: string
  /** The path for messages, `/messages/` by default. */
  messagePath: string
  /** The scopes that a caller lacks for a tool, if tools require any; the POST gets the 403. */
  lacking?: LackingScopes | undefined
  /** Maximum bytes of one message. */
  maxBody: number
  log: (message: string) => void
  /** The other processes of this server, if any: a session id contains the name of its process. */
  peers?: Peers | undefined
}

/**
 * The transport of 2024-11-05, deprecated since 2025-03-26: one stream down, one path up. The session lives
 * as long as its stream. Only the code that mounts its two endpoints knows of this file.
 */
export function sseEndpoints(options: SseOptions): Map<string, Endpoint> {
  return new Map<string, Endpoint>([
    [trimmed(options.path), (exchange) => openStream(exchange, options)],
    [trimmed(options.messagePath), (exchange) => receive(exchange, options)],
  ])
}

async function openStream({ request, response, auth }: Exchange, options: SseOptions): Promise<void> {
  const { registry, messagePath, log } = options
  if (request.method !== 'GET') return refuseMethod(response, ['GET', 'OPTIONS'])
  if (registry.draining) return refuseStopping(response)
  const full = registry.makeRoom(auth)
  if (full) return refuseFull(response, full)
  let stream: EventStream | undefined
  const outlet = (): Outlet => ({
    send: (message) => stream?.send(messageText(message)),
    abandon: () => undefined,
    // Responses travel on the only stream, so it stays open until the session ends.
    endStreams: () => undefined,
    end: () => stream?.end(),
  })
  const begin = (session: Session) => {
    const dropped = (reason: string) =>
      log(`dropped the stream of ${session.client?.name ?? 'a client'}: ${reason}`)
    stream = new EventStream(response, {}, dropped)
    session.streams++
    response.once('close', () => void session.close().catch(() => undefined))
    // A path, not a URL: behind a proxy only the client knows the public host and scheme.
    const path = prefixOf(request) + messagePath
    void stream.send(`${path}?session_id=${session.sessionId}`, 'endpoint')
  }
  await registry.create(outlet, begin, { authInfo: auth })
}

async function receive(exchange: Exchange, options: SseOptions): Promise<void> {
  const { registry, maxBody, lacking, peers } = options
  const { request, response, auth } = exchange
  if (request.method !== 'POST') return refuseMethod(response, ['POST', 'OPTIONS'])
  const query = new URLSearchParams(request.url?.split('?')[1] ?? '')
  const id = query.get('session_id') ?? query.get('sessionId')
  if (!id) return refuse(response, 400, 'The session_id parameter is required')
  const address = peers?.addressOf(/^([a-z0-9]{10})\./.exec(id)?.[1], exchange)
  if (peers && address) {
    const message = await readMessage(request, response, maxBody)
    return message && peers.forward(exchange, address, message)
  }
  const session = registry.get(id, auth)
  if (!session) return refuse(response, 404, 'Session not found')
  const message = await readMessage(request, response, maxBody)
  if (message) exchange.seen?.(message)
  if (!message || refusesScopes(exchange, message, lacking)) return
  if (registry.draining && isRequest(message)) return refuseStopping(response, message.id)
  session.receive(message, requestInfo({ request, auth }))
  response.writeHead(202).end('Accepted')
}

/**
 * The path prefix that a proxy stripped, from its header. Only the client that sent the request sees it, so it cannot
 * mislead others; anything but a plain path is ignored.
 */
function prefixOf(request: IncomingMessage): string {
  const [prefix = ''] = `${request.headers['x-forwarded-prefix'] ?? ''}`.split(',')
  const plain = prefix.trim().replace(/\/+$/, '')
  return /^(?:\/[\w.~%-]+){1,16}$/.test(plain) && plain.length <= prefixLimit ? plain : ''
}

const trimmed = (path: string) => (path.length > 1 ? path.replace(/\/$/, '') : path)

import type { Channel } from '../protocol/channel.ts'
import { isRecord } from '../protocol/jsonrpc.ts'
import { instanceSource } from '../sessions/derived/instance-source.ts'
import { coreOf } from '../sessions/derived/sdk-shape.ts'

/**
 * Connects a server to one of the SDKs' own HTTP transports, through a server derived from it: many modules
 * connect the same instance for every request, which throws in newer SDKs and mixes up clients in older ones.
 * Derived servers, and transports of the runner's own, connect as they are.
 */
export function connectionForHttp(server: object, transport: unknown): Promise<void> | undefined {
  if (!isHttpTransport(transport) || 'router' in server) return undefined
  const core = coreOf(server)
  if (!core) return undefined
  return instanceSource(core)
    .open({ era: 'legacy', longLived: true })
    .then((opened) => opened.connect(transport as unknown as Channel))
}

const isHttpTransport = (transport: unknown) =>
  isRecord(transport) &&
  typeof transport.send === 'function' &&
  (typeof transport.handleRequest === 'function' || typeof transport.handlePostMessage === 'function')

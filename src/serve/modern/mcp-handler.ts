import type {
  McpHttpHandler,
  McpServer,
  McpServerFactory,
  ServerEvent,
  ServerEventBus,
} from '@modelcontextprotocol/server'
import { sendAnyAnswer } from '../../patches/packages/sendable-answers.ts'
import type { Channel } from '../../protocol/channel.ts'
import type { Change, ServerSource } from '../../protocol/source.ts'
import { changeIn } from '../../sessions/derived/audience.ts'
import { boundRequests } from '../../sessions/message-bounds.ts'
import { withUnknownMethod } from '../bridge/unknown-method.ts'
import { isBridged } from '../bridge/v1-bridge.ts'
import type { Log } from '../serve-options.ts'
import { type ModernServers, modernServers } from './modern-servers.ts'
import { ownSdk } from './own-sdk.ts'

/** The SDK's handler, with the subscriptions that are held while clients listen to resources. */
export type Handler = McpHttpHandler &
  Pick<ModernServers, 'listenTo' | 'open'> & {
    /** Notifies all listeners of a change. */
    tell(change: Change): void
  }

/** Changes that a new listener may have missed. */
export type News = () => Promise<readonly Change[]>

/**
 * The official SDK's handler over servers of this source, connected to the source's change notifications.
 * @param news what each new subscriber is told first, if sessions outlive the process.
 */
export async function mcpHandler(source: ServerSource, log: Log, news?: News): Promise<Handler> {
  const sdk = await (source.sdkCopy ?? ownSdk).server()
  const servers = modernServers(source, sdk, false)
  const { factory, listenTo, open } = servers
  const handler = sdk.createMcpHandler(withSendableAnswers(factory, source), {
    legacy: 'reject',
    onerror: (error) => log('debug', `modern request: ${error.message}`),
    ...(news && { bus: withNews(new sdk.InMemoryServerEventBus(), news) }),
  })
  const tell = (change: Change) => handler.bus.publish(eventOf(change))
  const stopListening = source.onChange(tell)
  const close = () => {
    stopListening()
    servers.close?.()
    return handler.close()
  }
  const fetch: Handler['fetch'] = async (request, options) => {
    const answer = await handler.fetch(request, options)
    return source.sdk === 'v1' && !isBridged(options?.parsedBody) ? withUnknownMethod(answer) : answer
  }
  return { ...handler, fetch, listenTo, open, close, tell }
}

const eventOf = (change: Change): ServerEvent =>
  change.kind === 'resource'
    ? { kind: 'resource_updated', uri: change.uri }
    : { kind: `${change.kind}_list_changed` }

/** A bus that tells each new subscriber what it may have missed, as soon as that is known. */
const withNews = (bus: ServerEventBus, news: News): ServerEventBus => ({
  publish: (event) => bus.publish(event),
  subscribe: (listener) => {
    void news().then(
      (changes) => {
        for (const change of changes) listener(eventOf(change))
      },
      () => undefined,
    )
    return bus.subscribe(listener)
  },
})

/** Servers whose answers are checked: one that JSON cannot represent becomes an error response. */
function withSendableAnswers(factory: McpServerFactory, source: ServerSource): McpServerFactory {
  return async (context) => {
    const server = (await factory(context)) as McpServer
    sendAnyAnswer(server, (transport) => {
      const channel = transport as unknown as Channel
      boundRequests(channel)
      if (source.announce) announceFrom(channel, source)
    })
    return server
  }
}

/** Forwards notifications that do not belong to the request to all listeners. */
function announceFrom(channel: Channel, source: ServerSource): void {
  const send = channel.send
  channel.send = (message, options) => {
    const change = 'method' in message ? changeIn(message) : undefined
    if (change) source.announce?.(change)
    return send.call(channel, message, options)
  }
}

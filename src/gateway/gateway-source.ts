import type { Log } from '../serve/serve-options.ts'
import type { ServerSource } from '../source.ts'
import { Relay } from './relay.ts'
import type { Destination } from './upstream.ts'

/** A source whose servers are elsewhere: each conversation gets a connection of its own to the one behind it. */
export function gatewaySource(destination: Destination, log: Log): ServerSource {
  return {
    name: destination.label,
    version: undefined,
    counts: new Map(),
    // Whatever is there, it is spoken to as servers of SDK v1 are, so that modern clients are bridged.
    sdk: 'v1',
    sdkCopy: undefined,
    routes: [],
    open: () => Promise.resolve(new Relay(destination, log)),
    onChange: () => () => undefined,
    close: () => destination.close(),
  }
}

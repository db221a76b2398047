import type { Log } from '../serve/serve-options.ts'
import type { OpenServer, ServerSource } from '../source.ts'
import { Many } from './many.ts'
import { Relay } from './relay.ts'
import type { Destination } from './upstream.ts'

/** A source whose servers are elsewhere: each conversation gets a connection of its own to the one behind it. */
export const gatewaySource = (destination: Destination, log: Log): ServerSource =>
  reachedSource(destination.label, [destination], () => new Relay(destination, log))

/** Several of them as one, by name. */
export const manySource = (
  label: string,
  destinations: ReadonlyMap<string, Destination>,
  log: Log,
): ServerSource => reachedSource(label, [...destinations.values()], () => new Many(label, destinations, log))

function reachedSource(
  name: string,
  destinations: readonly Destination[],
  open: () => OpenServer,
): ServerSource {
  return {
    name,
    version: undefined,
    counts: new Map(),
    // Whatever is there, it is spoken to as servers of SDK v1 are, so that modern clients are bridged.
    sdk: 'v1',
    sdkCopy: undefined,
    routes: [],
    open: () => Promise.resolve(open()),
    onChange: () => () => undefined,
    close: async () => {
      await Promise.allSettled(destinations.map((destination) => destination.close()))
    },
  }
}

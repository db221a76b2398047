import { subjectOf } from '../protocol/auth.ts'
import type { OpenServer, ServerSource, Slots } from '../protocol/source.ts'
import type { Log } from '../serve/serve-options.ts'
import { Relay } from './relay.ts'
import { Aggregate } from './several/aggregate.ts'
import { TaskOwners } from './several/task-owners.ts'
import type { Destination } from './upstream.ts'

/** A source of external servers: each conversation gets its own connection. */
export const gatewaySource = (destination: Destination, log: Log, slots?: Slots): ServerSource =>
  reachedSource(destination.label, [destination], slots, (subject) => new Relay(destination, log, subject))

/** Several of them as one, by name. */
export const manySource = (
  label: string,
  destinations: ReadonlyMap<string, Destination>,
  log: Log,
  slots: Slots,
): ServerSource => {
  const tasks = new TaskOwners()
  const open = (subject: string | undefined) => new Aggregate(label, destinations, tasks, log, subject)
  return reachedSource(label, [...destinations.values()], slots, open)
}

function reachedSource(
  name: string,
  destinations: readonly Destination[],
  slots: Slots | undefined,
  open: (subject: string | undefined) => OpenServer,
): ServerSource {
  return {
    name,
    version: undefined,
    counts: new Map(),
    // External servers are treated like SDK v1, so that modern clients are bridged.
    sdk: 'v1',
    sdkCopy: undefined,
    routes: [],
    separate: true,
    slots: slots,
    open: ({ authInfo }) => Promise.resolve(open(subjectOf(authInfo))),
    onChange: () => () => undefined,
    close: async () => {
      await Promise.allSettled(destinations.map((destination) => destination.close()))
    },
  }
}

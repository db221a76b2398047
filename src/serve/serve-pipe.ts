import type { Readable, Writable } from 'node:stream'
import { errorCodes, errorReply, isRequest } from '../protocol/jsonrpc.ts'
import { claimedVersion } from '../protocol/protocol-versions.ts'
import type { ServerSource } from '../protocol/source.ts'
import { InFlight } from '../sessions/calls.ts'
import { Session } from '../sessions/session.ts'
import { messageOf } from '../terminal/errors.ts'
import type { Pipe } from '../transports/pipe.ts'
import { Stdio } from '../transports/stdio.ts'
import { ownSdk } from './modern/own-sdk.ts'
import { drainLimit, type Log, type Running } from './serve-options.ts'

export interface PipeOptions {
  /** Called when the client has closed its end or stopped reading. */
  onGone: () => void
  log: Log
}

export interface StdioOptions extends PipeOptions {
  input: Readable
  output: Writable
  /** Milliseconds that calls in flight get when it stops. */
  drainLimit?: number
  /** Maximum bytes of one message from the client; 16 MiB by default. */
  maxBody?: number | undefined
  /** Called once, before the first request after initialization is passed on, which may run user code. */
  onRequest?: (() => void) | undefined
}

/** Serves one client on a pair of streams, and closes the source with it. */
export function serveStdio(
  source: ServerSource,
  { input, output, maxBody, drainLimit: usual, onRequest, ...options }: StdioOptions,
): Running {
  const running = servePipe(source, new Stdio(input, output, maxBody), options, onRequest)
  return {
    url: undefined,
    close: async (limit) => {
      const drained = await running.close(limit ?? usual)
      await source.close()
      return drained
    },
  }
}

/** Serves the one client of a pipe, in the era that its first message belongs to. */
export function servePipe(
  source: ServerSource,
  pipe: Pipe,
  { onGone, log }: PipeOptions,
  onRequest?: () => void,
): Running {
  const inFlight = new InFlight()
  const session = new Session(undefined, inFlight, () => pipe)
  let opened: Promise<void> | undefined
  let stopping = false
  let asked = onRequest === undefined

  const failed = (error: unknown) => {
    log('error', `no server could be opened: ${messageOf(error)}`)
    onGone()
  }
  pipe.start({
    message: (message) => {
      if (!asked && isRequest(message) && message.method !== 'initialize') {
        asked = true
        onRequest?.()
      }
      if (stopping && isRequest(message)) {
        void pipe.send(errorReply(message.id, errorCodes.server, 'The server is shutting down'), message.id)
        return
      }
      const modern = claimedVersion(message) !== undefined
      opened ??= modern ? openModern(source, session, log) : openLegacy(source, session)
      // One promise chain, so that messages reach the server in order.
      opened = opened.then(() => session.receive(message))
      opened.catch(failed)
    },
    ended: () => {
      session.hangUp()
      onGone()
    },
    broken: onGone,
  })
  return {
    url: undefined,
    close: async (limit = drainLimit) => {
      stopping = true
      await opened?.catch(() => undefined)
      const drained = await inFlight.drained(limit)
      await session.fail('The server is shutting down')
      await pipe.flushed()
      await session.close()
      return drained
    },
  }
}

async function openLegacy(source: ServerSource, session: Session): Promise<void> {
  await session.open(await source.open({ era: 'legacy', longLived: true }))
}

/** The SDK's own entry point handles the opening exchange; the session is the transport beneath it. */
async function openModern(source: ServerSource, session: Session, log: Log): Promise<void> {
  const copy = source.sdkCopy ?? ownSdk
  const [sdk, entry, { modernServers }] = await Promise.all([
    copy.server(),
    copy.stdio(),
    import('./modern/modern-servers.ts'),
  ])
  entry.serveStdio(modernServers(source, sdk, true).factory, {
    transport: session as unknown as NonNullable<Parameters<typeof entry.serveStdio>[1]>['transport'] &
      object,
    onerror: (error) => log('debug', `stdio: ${error.message}`),
  })
}

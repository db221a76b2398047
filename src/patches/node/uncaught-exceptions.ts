// Patches: what becomes of uncaught exceptions; calls `process._tickCallback`, which is undocumented.
// Why: what a call leaves behind must end no other, and Node leaves what waits behind an exception to
//   the HTTP parser.
// On: Node 20.19–26.
// Otherwise: without `_tickCallback` Node does as it does: a request that arrives just then may never be
//   answered.

import { isAborting } from '../../process/aborting.ts'
import { stackOf } from '../../terminal/errors.ts'
import { ExitRequested } from './exit-guard.ts'

/** A process that user code runs in. */
interface Host {
  /** Whether it serves, and no longer loads. */
  readonly isServing: () => boolean
  readonly log: (level: 'error', message: string) => void
  /** Called for an error before it serves: loading fails with it. */
  readonly failLoad: (error: unknown) => void
  /** An exception that it may not survive. */
  readonly crash: (error: unknown) => void
}

/**
 * Handles uncaught errors. An unhandled rejection of a tool is logged, and the server continues.
 * @returns the way to stop.
 */
export function heedUncaught({ isServing, log, failLoad, crash }: Host): () => void {
  const rejected = (reason: unknown) => {
    if (!(reason instanceof ExitRequested)) log('error', `unhandled rejection: ${stackOf(reason)}`)
  }
  const deafen = onUncaught((error, endOfCall) => {
    if (!isServing()) failLoad(error)
    // As for a rejection: its client has disconnected, and other clients must not be affected.
    else if (endOfCall) log('error', `error in an abort listener: ${stackOf(error)}`)
    else crash(error)
  })
  process.on('unhandledRejection', rejected)
  return () => {
    process.off('unhandledRejection', rejected)
    deafen()
  }
}

/**
 * Hears of exceptions that nobody catches, unless user code listens for its own crashes: it has decided to live with them.
 * @param take is told whether it came of the end of a call: its client has left, and the others have done nothing.
 * @returns the way to stop.
 */
export function onUncaught(take: (error: unknown, endOfCall: boolean) => void): () => void {
  const hear = (error: unknown) => {
    if (error instanceof ExitRequested) return
    const endOfCall = isAborting()
    if (process.listenerCount('uncaughtException') === 1) take(error, endOfCall)
    if (endOfCall) runPendingTicks()
  }
  process.on('uncaughtException', hear)
  return () => void process.off('uncaughtException', hear)
}

let running = false

/**
 * Runs what `process.nextTick` has waiting, for a handler of uncaught exceptions that lets the process live on. Node
 * (20 to 26) leaves the rest of the queue to the next callback, and when that is the HTTP parser's, which reads the
 * body of a request, it takes an exception from the queue for one of its own: that request is never answered.
 */
function runPendingTicks(): void {
  const { _tickCallback: run } = process as { _tickCallback?: () => void }
  if (running || typeof run !== 'function') return
  running = true
  try {
    let done = false
    // Each exception ends one pass.
    while (!done) done = passed(run)
  } finally {
    running = false
  }
}

function passed(run: () => void): boolean {
  try {
    run()
    return true
  } catch (error) {
    const emitter: NodeJS.EventEmitter = process
    emitter.emit('uncaughtException', error, 'uncaughtException')
    return false
  }
}

import { isAborting } from '../process/aborting.ts'
import { ExitRequested } from './exit-guard.ts'
import { runPendingTicks } from './pending-ticks.ts'

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

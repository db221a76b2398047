import { exitNow } from '../../patches/node/exit-guard.ts'
import { CliError } from '../../terminal/errors.ts'
import { say } from '../../terminal/output.ts'

/**
 * When nobody catches this failure to start, the person at the terminal gets its one line and exit code instead
 * of a stack. Anything else that is thrown and not caught ends the process the way it always does.
 */
export function sayIfUncaught(error: unknown): void {
  if (!(error instanceof CliError)) return
  const uncaught = (thrown: unknown) => {
    process.off('uncaughtException', uncaught)
    // User code that listens for its own crashes hears of this one, and decides.
    if (process.listenerCount('uncaughtException') > 0) return
    if (thrown === error) {
      say(error.message)
      exitNow(error.exitCode)
    }
    process.nextTick(() => {
      throw thrown
    })
  }
  process.on('uncaughtException', uncaught)
}

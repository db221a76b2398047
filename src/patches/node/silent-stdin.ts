// Patches: `process.stdin`.
// Why: stdin holds what clients say, and user code that reads it would take messages away.
// On: Node 20.19–26.
// Otherwise: the start ends with the TypeError of `defineProperty`.

import { PassThrough } from 'node:stream'

/** The stdin that user code sees: silent until it is ended. */
export interface SilentStdin {
  end(): void
  /** Restores the real stdin. */
  release(): void
}

/** Hides the real stdin from user code, which would consume client messages. */
export function silenceStdin(): SilentStdin {
  const original = Object.getOwnPropertyDescriptor(process, 'stdin')
  const silent = new PassThrough()
  Object.defineProperty(process, 'stdin', { configurable: true, enumerable: true, get: () => silent })
  return {
    end: () => void silent.end(),
    release: () => {
      if (original) Object.defineProperty(process, 'stdin', original)
    },
  }
}

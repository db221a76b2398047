// Patches: `process.stdin`.
// Why: stdin holds what clients say, and user code that reads it would take messages away.
// On: Node 20.19–26.
// Otherwise: the start ends with the TypeError of `defineProperty`.

import { PassThrough } from 'node:stream'

/** Stdin as user code sees it: nothing comes until it is ended. */
export interface SilentStdin {
  end(): void
  /** Puts the real stdin back. */
  release(): void
}

/** Keeps the process's own stdin from user code, which would read what is not meant for it. */
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

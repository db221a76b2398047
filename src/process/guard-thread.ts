import { Worker } from 'node:worker_threads'

/** Which shared flag says what. */
export const guardFlags = { loaded: 0, watchParent: 1, beats: 2 } as const

/** How often, in milliseconds, the watched thread shows that its event loop goes round. */
const beat = 250

/** What the watching thread is given. */
export interface GuardData {
  /** The shared flags, each 0 or 1, and the number of beats. */
  state: SharedArrayBuffer
  /** The process that started us. */
  parent: number
  /** Milliseconds that loading may take; 0 when nobody waits for it. */
  loadLimit: number
  /** The line to print when loading takes too long and the main thread cannot say so. */
  loadMessage: string
}

export interface GuardThread {
  /** Code that may loop for ever is about to load: that is watched from now on. */
  watchLoad(): void
  /** User code has loaded; the thread no longer watches that. */
  loaded(): void
  /** From now on the process ends when its parent does; user code that runs later may block the event loop. */
  watchParent(): void
  close(): Promise<void>
}

/**
 * Watches this process from a thread, because user code may block the event loop: a server on stdio must end with
 * the client that started it, and user code that never finishes loading must not hang for ever. The thread costs more
 * than most of a start, so that it begins with the first thing that there is to watch.
 */
export function guardThread(options: {
  script: URL
  loadLimit: number
  loadMessage: string
  onOrphaned: () => void
}): GuardThread {
  const state = new SharedArrayBuffer(12)
  const flags = new Int32Array(state)
  const { script, loadLimit, loadMessage, onOrphaned } = options
  const data: GuardData = { state, parent: process.ppid, loadLimit, loadMessage }
  let worker: Worker | undefined
  let beating: NodeJS.Timeout | undefined
  const start = () => {
    if (worker) return
    worker = new Worker(script, { workerData: data, execArgv: [], env: {}, stderr: false })
    worker.on('message', onOrphaned)
    // Without its guard the server still serves; the guard is no reason to stop it.
    worker.on('error', () => undefined)
    worker.unref()
  }
  return {
    watchLoad: () => {
      // Only a load that has a limit is asked whether the loop goes round.
      if (loadLimit === 0) return
      start()
      beating ??= setInterval(() => Atomics.add(flags, guardFlags.beats, 1), beat).unref()
    },
    loaded: () => {
      clearInterval(beating)
      Atomics.store(flags, guardFlags.loaded, 1)
    },
    watchParent: () => {
      start()
      Atomics.store(flags, guardFlags.watchParent, 1)
    },
    close: async () => {
      clearInterval(beating)
      await worker?.terminate()
    },
  }
}

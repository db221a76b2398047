import { Worker } from 'node:worker_threads'

/** The indexes of the shared flags. */
export const guardFlags = { loaded: 0, watchParent: 1, beats: 2 } as const

/** Heartbeat interval of the watched thread's event loop in milliseconds. */
const beat = 250

/** The data for the watching thread. */
export interface GuardData {
  /** The shared flags, each 0 or 1, and the number of beats. */
  state: SharedArrayBuffer
  /** The pid of our parent. */
  parent: number
  /** Milliseconds that loading may take; 0 for no limit. */
  loadLimit: number
  /** The line to print if loading takes too long and the main thread is blocked. */
  loadMessage: string
}

export interface GuardThread {
  /** Starts watching the load of code that may loop for ever. */
  watchLoad(): void
  /** Stops watching the load: user code has loaded. */
  loaded(): void
  /** From now on the process exits when its parent does, even if user code blocks the event loop. */
  watchParent(): void
  close(): Promise<void>
}

/**
 * Watches this process from a thread, because user code may block the event loop: a server on stdio must end with the
 * client that started it, and user code that never finishes loading must not hang for ever. The thread costs more than
 * most of a start, so it is started only when there is something to watch.
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
    // Without its guard the server still works, so a failure here must not stop it.
    worker.on('error', () => undefined)
    worker.unref()
  }
  return {
    watchLoad: () => {
      // Heartbeats are needed only for a load with a limit.
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

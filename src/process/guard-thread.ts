import { Worker } from 'node:worker_threads'

/** What the watching thread is given. */
export interface GuardData {
  /** One shared flag: 1 once user code has loaded. */
  state: SharedArrayBuffer
  /** The process that started us. */
  parent: number
  /** Milliseconds that loading may take. */
  loadLimit: number
  /** The line to print when loading blocks the event loop for good. */
  loadMessage: string
}

export interface GuardThread {
  /** User code has loaded; the thread no longer watches that. */
  loaded(): void
  close(): Promise<void>
}

/**
 * Watches this process from a thread: when the parent dies the process must end, even if user code blocks the
 * event loop; and user code that never finishes loading must not hang for ever.
 */
export function startGuardThread(options: {
  script: URL
  loadLimit: number
  loadMessage: string
  onOrphaned: () => void
}): GuardThread {
  const state = new SharedArrayBuffer(4)
  const { loadLimit, loadMessage } = options
  const data: GuardData = { state, parent: process.ppid, loadLimit, loadMessage }
  const worker = new Worker(options.script, { workerData: data, execArgv: [], env: {}, stderr: false })
  worker.unref()
  worker.on('message', options.onOrphaned)
  // Without its guard the server still serves; the guard is no reason to stop it.
  worker.on('error', () => undefined)
  return {
    loaded: () => {
      Atomics.store(new Int32Array(state), 0, 1)
    },
    close: async () => {
      await worker.terminate()
    },
  }
}

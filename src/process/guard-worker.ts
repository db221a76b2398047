import { parentPort, workerData } from 'node:worker_threads'
import { endStuck } from './end-stuck.ts'
import { type GuardData, guardFlags } from './guard-thread.ts'

// Runs in a thread of its own, because the event loop it watches over may be blocked.
const { state, parent, loadLimit, loadMessage } = workerData as GuardData
const flags = new Int32Array(state)
const started = performance.now()

/** How often to look, and how long the main thread gets to stop by itself once its parent has gone. */
const interval = 250
const grace = 1_000

let orphanedAt: number | undefined

const isSet = (flag: number) => Atomics.load(flags, flag) === 1

const watch = setInterval(() => {
  if (orphanedAt === undefined && isSet(guardFlags.watchParent) && process.ppid !== parent) {
    orphanedAt = performance.now()
    parentPort?.postMessage('orphaned')
  }
  if (orphanedAt !== undefined && performance.now() - orphanedAt > grace) process.kill(process.pid, 'SIGKILL')
  const loading = loadLimit > 0 && !isSet(guardFlags.loaded)
  // The main thread reports a load that takes too long; when it cannot, it is stuck in user code.
  if (loading && performance.now() - started > loadLimit + grace) {
    clearInterval(watch)
    void endStuck(loadMessage)
  }
}, interval)

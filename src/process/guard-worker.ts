import { closeSync, writeSync } from 'node:fs'
import type { Debugger, Session } from 'node:inspector'
import { parentPort, workerData } from 'node:worker_threads'
import { exitCodes } from '../terminal/errors.ts'
import { type GuardData, guardFlags } from './guard-thread.ts'

// Runs in a separate thread, because the event loop that it watches may be blocked.
const { state, parent, loadLimit, loadMessage } = workerData as GuardData
const flags = new Int32Array(state)
const started = performance.now()

/**
 * Polling interval, and how long the main thread gets to stop by itself after its parent has exited, in milliseconds.
 */
const interval = 250
const grace = 1_000

let orphanedAt: number | undefined

/**
 * Milliseconds without a heartbeat after which the event loop counts as blocked, rather than late on a busy machine.
 */
const blockedAfter = 2_000

/** Milliseconds that a main thread that is not blocked gets to report the timeout itself. */
const reportLimit = 10_000

let [beats, beatAt] = [0, started]

/** Milliseconds since the last heartbeat. */
function silence(): number {
  const count = Atomics.load(flags, guardFlags.beats)
  if (count !== beats) [beats, beatAt] = [count, performance.now()]
  return performance.now() - beatAt
}

const isSet = (flag: number) => Atomics.load(flags, flag) === 1

const watch = setInterval(() => {
  if (orphanedAt === undefined && isSet(guardFlags.watchParent) && process.ppid !== parent) {
    orphanedAt = performance.now()
    parentPort?.postMessage('orphaned')
  }
  if (orphanedAt !== undefined && performance.now() - orphanedAt > grace) process.kill(process.pid, 'SIGKILL')
  const loading = loadLimit > 0 && !isSet(guardFlags.loaded)
  // The main thread reports a load that takes too long, unless it is stuck in user code.
  const late = performance.now() - started - loadLimit
  const blocked = silence() > blockedAfter
  if (loading && late > (blocked ? grace : reportLimit)) {
    clearInterval(watch)
    void endStuck(
      `${loadMessage}${blocked ? ': it blocks the event loop' : ''}. Allow more with --load-timeout.`,
    )
  }
}, interval)

/** Milliseconds that a stuck main thread gets to exit before it is killed. */
const killDelay = 1_000

/**
 * Exits from this thread while the main thread is stuck in user code, with the exit code for a file that cannot be
 * loaded and the location where it is stuck. Only the main thread can set the exit code, so it is reached with the
 * debugger. What even the debugger cannot interrupt, such as `execSync`, is killed.
 */
async function endStuck(message: string): Promise<void> {
  const kill = () => process.kill(process.pid, 'SIGKILL')
  const unreachable = setTimeout(() => {
    writeSync(2, `${message}\n`)
    kill()
  }, killDelay)
  const { Session } = await import('node:inspector')
  const session = new Session()
  session.connectToMainThread()
  session.once('Debugger.paused', ({ params: { callFrames } }) => {
    const [frame] = callFrames
    if (!frame) return
    clearTimeout(unreachable)
    setTimeout(kill, killDelay)
    void exitFrom(session, frame, message)
  })
  session.post('Debugger.enable')
  session.post('Debugger.pause')
}

async function exitFrom(session: Session, frame: Debugger.CallFrame, message: string): Promise<void> {
  const location = await locationOf(session, frame)
  writeSync(2, location ? `${message}\n  at ${location}\n` : `${message}\n`)
  // Otherwise Node would print that it waits for the debugger to disconnect.
  closeSync(2)
  await evaluate(session, frame, `process.reallyExit(${exitCodes.load})`)
}

/** The first file location in the stuck thread's stack, as that thread itself would print it. */
async function locationOf(session: Session, frame: Debugger.CallFrame): Promise<string | undefined> {
  const stack = await evaluate(session, frame, 'new Error().stack')
  const lines = typeof stack === 'string' ? stack.split('\n') : []
  return lines.map((line) => /^ +at (?!eval )(.*[/\\].*:\d+:\d+\)?)$/.exec(line)?.[1]).find(Boolean)
}

function evaluate(session: Session, { callFrameId }: Debugger.CallFrame, expression: string) {
  return new Promise<unknown>((resolve) => {
    const params = { callFrameId, expression, silent: true }
    session.post('Debugger.evaluateOnCallFrame', params, (_, answer) => {
      resolve((answer as Debugger.EvaluateOnCallFrameReturnType | undefined)?.result.value)
    })
  })
}

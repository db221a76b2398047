import { setImmediate as nextTurn, setTimeout as pause } from 'node:timers/promises'
import type { HttpApp } from '../transports/http/http-app.ts'
import type { HttpServeOptions, Log } from './serve-options.ts'

/** Milliseconds that a port stays open behind the last call, for balancers that go by what is refused. */
const refusing = 1_000

/** A balancer whose connections are reset cannot tell whether a call has been taken; one that is refused can. */
export async function refuseAWhile(): Promise<void> {
  await pause(refusing)
  // A process that was kept waiting has its timers first, and then what has arrived meanwhile.
  await nextTurn()
  await nextTurn()
}

/** Goes on serving until balancers have noticed that this server is about to stop. */
export async function leave(app: HttpApp, { drainDelay }: HttpServeOptions, log: Log): Promise<void> {
  if (drainDelay === 0) return
  app.leave()
  log('info', `stopping in ${drainDelay} s (--drain-delay); a second signal stops at once`)
  await pause(drainDelay * 1000)
}

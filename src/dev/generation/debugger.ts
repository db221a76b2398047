import inspector from 'node:inspector'
import { setTimeout as delay } from 'node:timers/promises'
import { isFree } from '../inspector/free-port.ts'

/** Milliseconds between looks whether the port is free, and for which user code waits for that. */
const interval = 50
const patience = 1_000

let wanted: number | undefined

/**
 * Opens the port that debuggers connect to, or closes it so that another generation can have it. Resolves when it is
 * open, or has not become free: the generation before may stand at a breakpoint, and gives it up when it goes on.
 */
export async function debugOn(port: number | undefined): Promise<void> {
  wanted = port
  if (inspector.url() !== undefined) inspector.close()
  if (port === undefined) return
  const opened = openWhenFree(port)
  await Promise.race([opened, delay(patience, undefined, { ref: false })])
}

async function openWhenFree(port: number): Promise<void> {
  while (wanted === port && inspector.url() === undefined) {
    // Node says loudly on stderr that it cannot open a port, so that it is only told to when it can.
    if (!(await isFree(port))) await delay(interval, undefined, { ref: false })
    else if (wanted === port) inspector.open(port, '127.0.0.1')
  }
}

import { AsyncLocalStorage } from 'node:async_hooks'

const key = Symbol.for('fastmcp.aborting')
const shared = globalThis as { [key]?: AsyncLocalStorage<true> }
/** The library and the command line are two copies of this package in one process. */
const aborting = shared[key] ?? new AsyncLocalStorage<true>()
shared[key] = aborting

/**
 * Does what tells user code that a call is over. What a listener for `abort` throws reaches nobody who could catch
 * it: Node makes an uncaught exception of it, which is told from others by where it was begun.
 */
export const whileAborting = <T>(act: () => T): T => aborting.run(true, act)

/** Whether what runs now, such as a handler of uncaught exceptions, was begun by the end of a call. */
export const isAborting = (): boolean => aborting.getStore() === true

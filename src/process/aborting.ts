import { AsyncLocalStorage } from 'node:async_hooks'

const key = Symbol.for('fastmcp.aborting')
const shared = globalThis as { [key]?: AsyncLocalStorage<true> }
/** The library and the command line are two copies of this package in one process. */
const aborting = shared[key] ?? new AsyncLocalStorage<true>()
shared[key] = aborting

/**
 * Runs the code that aborts a call's signal. An error thrown by an `abort` listener becomes an uncaught exception,
 * which is distinguished from others by this async context.
 */
export const whileAborting = <T>(act: () => T): T => aborting.run(true, act)

/** Whether the current code, such as a handler of uncaught exceptions, runs because a call was aborted. */
export const isAborting = (): boolean => aborting.getStore() === true

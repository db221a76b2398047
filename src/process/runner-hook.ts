import { randomBytes } from 'node:crypto'
import { isRecord } from '../protocol/jsonrpc.ts'
import type { ServerSource } from '../protocol/source.ts'

const key = Symbol.for('fastmcp.runner')

/**
 * How a library loaded by user code learns that a runner has loaded it, even when it is another copy of this
 * package: through the global symbol registry.
 */
export interface RunnerHook {
  /** User code called `run()` or `runAsync()`: nothing starts, but its options count. */
  noteRun(server: object, options: Record<string, unknown>): void
  /** The file that is to believe that it is the program. */
  readonly main?: string | undefined
}

export function runnerHook(): RunnerHook | undefined {
  return Reflect.get(globalThis, key)
}

/** Sets the hook. Returns the way back to the one before. */
export function setRunnerHook(hook: RunnerHook): () => void {
  const before = runnerHook()
  Reflect.set(globalThis, key, hook)
  return () => void (before ? Reflect.set(globalThis, key, before) : Reflect.deleteProperty(globalThis, key))
}

const workerKey = Symbol.for('fastmcp.worker')

/**
 * What this process is called in the ids it gives out, where several serve one address: whoever comes back with one
 * is sent here. Nothing where it is alone.
 */
export const workerName = (): string | undefined => Reflect.get(globalThis, workerKey)

export const setWorkerName = (name: string): void => void Reflect.set(globalThis, workerKey, name)

const processKey = Symbol.for('fastmcp.process')

/** The same where it is alone, too: a name that no other process has, for all copies of this package. */
export function processName(): string {
  const name: string | undefined = workerName() ?? Reflect.get(globalThis, processKey)
  if (name !== undefined) return name
  Reflect.set(globalThis, processKey, randomBytes(5).toString('hex'))
  return processName()
}

/** What a `FastMCP` of any copy of this package wants of HTTP, also where a factory has made it. */
export const httpKey = Symbol.for('fastmcp.http')

/** The method by which a `FastMCP` of any copy of this package hands over its server source. */
export const sourceKey = Symbol.for('fastmcp.source')

/** A `FastMCP` of any copy of this package. */
export interface OwnServer {
  [sourceKey](): ServerSource
}

export const isOwnServer = (value: unknown): value is OwnServer =>
  isRecord(value) && typeof (value as Partial<OwnServer>)[sourceKey] === 'function'

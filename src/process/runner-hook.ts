const key = Symbol.for('fastmcp.runner')

/**
 * How a library loaded by user code learns that a runner has loaded it, even when it is another copy of this
 * package: through the global symbol registry.
 */
export interface RunnerHook {
  /** User code called `run()` or `runAsync()`: nothing starts, but its options count. */
  noteRun(server: object, options: Record<string, unknown>): void
}

export function runnerHook(): RunnerHook | undefined {
  return Reflect.get(globalThis, key)
}

/** Sets the hook. Returns the way back. */
export function setRunnerHook(hook: RunnerHook): () => void {
  Reflect.set(globalThis, key, hook)
  return () => void Reflect.deleteProperty(globalThis, key)
}

/** What a `FastMCP` of any copy of this package wants of HTTP, also where a factory has made it. */
export const httpKey = Symbol.for('fastmcp.http')

/** The method by which a `FastMCP` of any copy of this package hands over its server source. */
export const sourceKey = Symbol.for('fastmcp.source')

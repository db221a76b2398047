// Patches: `process.exit`; calls `process.reallyExit`, which is undocumented.
// Why: an exit of user code must not lose calls in flight, and a second Ctrl-C must not wait for user
//   code.
// On: Node 20.19–26.
// Otherwise: an exit past it ends the calls in flight; without `reallyExit` Node's own `exit` is called,
//   and listeners run.

/** Thrown where user code called `process.exit` while serving: nothing after that call may run. */
export class ExitRequested extends Error {
  override readonly name = 'ExitRequested'
}

/** Exits immediately, without running user code's `exit` listeners. */
export function exitNow(code: number): never {
  const { reallyExit = nodesExit } = process as unknown as { reallyExit?(code: number): never }
  return reallyExit.call(process, code)
}

const nodesExit = process.exit

export interface ExitHandlers {
  /** Called for an exit while user code is loading: the process exits at once. */
  whileLoading(code: number): never
  /** Called for an exit while serving: calls in flight are answered first. */
  whileServing(code: number): void
}

/** Turns `process.exit` of user code into a request, so that no calls in flight are lost. */
export class ExitGuard {
  readonly #original = process.exit
  #serving = false

  constructor(handlers: ExitHandlers) {
    process.exit = ((code?: number | string | null) => {
      const wanted = Number(code ?? process.exitCode ?? 0) || 0
      if (!this.#serving) return handlers.whileLoading(wanted)
      handlers.whileServing(wanted)
      throw new ExitRequested(`process.exit(${wanted}) was called: the server is stopping`)
    }) as typeof process.exit
  }

  serving(): void {
    this.#serving = true
  }

  /** Really exits: `exit` listeners run, nothing else. */
  exit(code: number): never {
    return this.#original.call(process, code)
  }

  release(): void {
    process.exit = this.#original
  }
}

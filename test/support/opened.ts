import { setTimeout as delay } from 'node:timers/promises'

/** Something that a test has opened: how it is closed, and what can be told of it when the test fails. */
export interface Opened {
  close(): unknown
  words?(): string
}

/** How long one thing may take to close, in milliseconds. */
const closing = 5_000

/** What has been opened during one test, or outside of any. */
export class Scope {
  readonly #opened: Opened[] = []

  add(one: Opened): void {
    this.#opened.push(one)
  }

  /** What there is to tell, oldest first. */
  words(): string[] {
    return this.#opened.flatMap((one) => one.words?.() || [])
  }

  /** Closes everything, the newest first. What has been closed before takes no harm, and no fault here hides another. */
  async close(): Promise<void> {
    for (const one of this.#opened.splice(0).reverse()) {
      const closed = Promise.resolve()
        .then(() => one.close())
        .catch(() => undefined)
      await Promise.race([closed, delay(closing, undefined, { ref: false })])
    }
  }
}

/** For what suites open before their tests; it is closed when the file is over. */
export const ofFile = new Scope()

const running: { readonly name: string; readonly scope: Scope }[] = []

/** A test has begun. */
export function beginScope(name: string): Scope {
  const scope = new Scope()
  running.push({ name, scope })
  return scope
}

/** A test is over. */
export function endScope(scope: Scope): void {
  const at = running.findIndex((one) => one.scope === scope)
  if (at >= 0) running.splice(at, 1)
}

/** Keeps something for the end of the running test, whether that passes, fails or runs out of time. */
export function opened<T extends Opened>(one: T): T {
  owner().add(one)
  return one
}

/** The running test; of tests that run side by side nobody can say whose it is, so that the file has it. */
function owner(): Scope {
  const newest = running.at(-1)
  if (!newest) return ofFile
  const nested = running.every(
    ({ name, scope }) => scope === newest.scope || newest.name.startsWith(`${name} > `),
  )
  return nested ? newest.scope : ofFile
}

import { Home } from './home.ts'
import type { Journey } from './journey.ts'
import type { Pair } from './select.ts'
import type { Shape } from './shape.ts'

/**
 * The homes of the cells that are to be walked. A journey that changes the project or its server has one of its own;
 * the others of a shape live in one, opened with the first of them and closed with the last.
 */
export class Homes implements AsyncDisposable {
  readonly #shared = new Map<Shape, Shared>()

  constructor(pairs: readonly Pair[]) {
    for (const { shape, journey } of pairs) {
      if (isAlone(shape, journey)) continue
      const shared = this.#shared.get(shape) ?? { left: 0 }
      shared.left++
      this.#shared.set(shape, shared)
    }
  }

  /** Lives in the home of a cell until the act is done. */
  async use<T>({ shape, journey }: Pair, modules: string | undefined, act: (home: Home) => Promise<T>) {
    const shared = this.#shared.get(shape)
    if (!shared || isAlone(shape, journey)) {
      await using home = await Home.open(shape, modules)
      return await act(home)
    }
    // What the first has compiled is there for the others; all at once would compile it as often.
    await shared.first?.catch(() => undefined)
    shared.home ??= Home.open(shape, modules)
    const acting = shared.home.then(act)
    shared.first ??= acting
    return await acting
  }

  /** Says that a cell is done with, whether or not it had a home. */
  async leave({ shape, journey }: Pair): Promise<void> {
    const shared = this.#shared.get(shape)
    if (shared && !isAlone(shape, journey) && --shared.left <= 0) await close(shared)
  }

  /** Closes what nobody has left. */
  async [Symbol.asyncDispose](): Promise<void> {
    await Promise.all([...this.#shared.values()].map(close))
  }
}

interface Shared {
  /** How many cells have not been walked yet. */
  left: number
  home?: Promise<Home>
  /** What the first of them does. */
  first?: Promise<unknown>
}

const isAlone = (shape: Shape, journey: Journey): boolean =>
  shape.alone === true || journey.alters === true || journey.needs?.includes('edit') === true

async function close(shared: Shared): Promise<void> {
  const home = await shared.home?.catch(() => undefined)
  delete shared.home
  await home?.[Symbol.asyncDispose]()
}

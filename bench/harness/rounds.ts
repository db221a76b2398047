import { setTimeout as delay } from 'node:timers/promises'
import { messageOf } from '../../src/terminal/errors.ts'
import type { Lab } from './lab.ts'
import type { Noise } from './noise.ts'
import type { Contestant, Opened, Row, Sample } from './row.ts'

/** How long one contestant may take to open, or for one round, in milliseconds. */
const limits = { open: 180_000, round: 60_000 }

/** The values of a row, one for each round; or why there are none. */
export interface Measured {
  row: Row
  values: number[]
  fault?: string
}

/** One of those that take turns, with what its rounds have shown so far. */
class Turn {
  readonly #contestant: Contestant
  readonly samples: Sample[] = []
  #opened: Opened | undefined
  /** Why it is out of the game: nothing more is asked of it. */
  fault: string | undefined

  constructor(contestant: Contestant) {
    this.#contestant = contestant
  }

  open(lab: Lab): Promise<void> {
    return this.#attempt(limits.open, async () => {
      this.#opened = await this.#contestant.open(lab)
    })
  }

  round(): Promise<void> {
    return this.#attempt(limits.round, async () => {
      const sample = await this.#opened?.round()
      if (sample) this.samples.push(sample)
    })
  }

  async close(): Promise<void> {
    await this.#opened?.close?.()
  }

  async #attempt(limit: number, act: () => Promise<void>): Promise<void> {
    if (this.fault !== undefined) return
    const over = new AbortController()
    const late = delay(limit, undefined, { signal: over.signal }).then(() => {
      throw new Error(`it took longer than ${limit / 1000} s`)
    })
    try {
      await Promise.race([act(), late])
    } catch (error) {
      this.fault = `${this.#contestant.name}: ${messageOf(error).replaceAll(/\s+/g, ' ').slice(0, 300)}`
    } finally {
      late.catch(() => undefined)
      over.abort()
    }
  }
}

/** Opens all that the rows need, has them take turns for some rounds, and closes them. */
export async function measure(
  rows: readonly Row[],
  rounds: number,
  lab: Lab,
  noise: Noise,
): Promise<Measured[]> {
  const turns = new Map<Contestant, Turn>()
  for (const { of, by } of rows) for (const one of by ? [of, by] : [of]) turns.set(one, new Turn(one))
  try {
    for (const turn of turns.values()) await turn.open(lab)
    for (let round = 0; round < rounds; round++) {
      noise.listen()
      for (const turn of turns.values()) await turn.round()
    }
  } finally {
    for (const turn of turns.values()) await turn.close()
  }
  return rows.map((row) => measured(row, turns.get(row.of), row.by && turns.get(row.by)))
}

/** A value for each round, from what both have shown in it. */
function measured(row: Row, of: Turn | undefined, by: Turn | undefined): Measured {
  const fault = of?.fault ?? by?.fault
  if (fault !== undefined) return { row, values: [], fault }
  return {
    row,
    values: (of?.samples ?? []).map((sample, round) => row.value(sample, by?.samples[round] ?? {})),
  }
}

import { Command } from 'commander'
import type { Journey } from './journey.ts'
import { journeys } from './journeys.ts'
import type { Shape } from './shape.ts'
import { shapes } from './shapes.ts'

/** A cell that is to be walked. */
export interface Pair {
  readonly shape: Shape
  readonly journey: Journey
}

export interface Selection {
  readonly shapes: readonly Shape[]
  readonly journeys: readonly Journey[]
  /** Only write the page of the documentation. */
  readonly page: boolean
  /** Go on where an earlier run of the same cells ended. */
  readonly resume: boolean
}

/**
 * What the words of a command line select: `--shape` and `--journey` take a name, or with a `*` a part
 * of one, and may be repeated.
 * `--page` walks nothing, and writes docs/shapes.md; `--resume` walks what an earlier run has left.
 * @throws Error when a word fits nothing.
 */
export function selected(words: readonly string[]): Selection {
  const { shape, journey, page, resume } = new Command()
    .exitOverride()
    .option('--shape <name>', '', all)
    .option('--journey <name>', '', all)
    .option('--page', '', false)
    .option('--resume', '', false)
    .parse(words, { from: 'user' })
    .opts<{ shape?: string[]; journey?: string[]; page: boolean; resume: boolean }>()
  return {
    shapes: fitting(shapes, shape),
    journeys: fitting(journeys, journey),
    page,
    resume,
  }
}

/** An option that may be repeated. */
const all = (word: string, before: string[] = []) => [...before, word]

export const pairsOf = (selection: Selection): Pair[] =>
  selection.shapes.flatMap((shape) => selection.journeys.map((journey) => ({ shape, journey })))

function fitting<T extends { readonly name: string }>(all: readonly T[], words: readonly string[] = []): T[] {
  for (const word of words) {
    if (all.some(({ name }) => fits(name, word))) continue
    throw new Error(`nothing is called ${word}; there are ${all.map(({ name }) => name).join(', ')}`)
  }
  return all.filter(({ name }) => words.length === 0 || words.some((word) => fits(name, word)))
}

/** A whole name is that one; a part of it, with a `*`, is all that have it. */
const fits = (name: string, word: string): boolean =>
  word.includes('*') ? name.includes(word.replaceAll('*', '')) : name === word

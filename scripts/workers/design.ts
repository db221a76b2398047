// What the design asks of workers, line by line (docs/notes/workers.md): npm run test:workers -- --design 2,13

import { adoption, owner, pause, plain, subjects } from './kept.ts'
import { many } from './many.ts'
import { home, questions, streams } from './said.ts'

/** What has come of a line: of so many things, how many were lost, and how many came out wrong. */
export interface Outcome {
  readonly count: number
  readonly lost: number
  readonly wrong: number
  readonly note?: string
}

export interface Line {
  readonly says: string
  /** How many of them the design asks for. */
  readonly count: number
  readonly run: (count: number) => Promise<Outcome>
}

/** The lines of the design by their number, except the first, which is the run without `--design`. */
export const lines: Readonly<Record<string, Line>> = {
  2: {
    says: 'questions, words of progress and cancels by way of another worker',
    count: 1_000,
    run: questions,
  },
  3: { says: 'streams that are resumed at another worker', count: 500, run: streams },
  4: { says: 'messages that wait for a stream of a worker that was killed', count: 100, run: home },
  8: { says: 'calls while one is stopped for so many seconds', count: 20, run: pause },
  9: { says: 'plain calls without a word', count: 10_000, run: plain },
  10: { says: 'first requests at once, and ends meanwhile', count: 20, run: adoption },
  11: { says: 'requests of two subjects with all methods', count: 50, run: subjects },
  13: { says: 'sessions of a factory that count to nine', count: 100, run: owner },
  14: { says: 'sessions in bounded memory', count: 100_000, run: many },
}

/**
 * Runs lines, and prints a line of each.
 * @param part how many of what the design asks for, of 1.
 * @returns whether nothing was lost or wrong.
 */
export async function runDesign(
  numbers: readonly string[],
  part: number,
  among: Readonly<Record<string, Line>> = lines,
): Promise<boolean> {
  let right = true
  console.log('line   count    lost   wrong  seconds')
  for (const number of numbers) {
    const line = among[number]
    if (!line) throw new Error(`there is no line ${number}: available are ${Object.keys(among).join(', ')}`)
    const begun = performance.now()
    const outcome = await line.run(Math.max(1, Math.ceil(line.count * part)))
    const { count, lost, wrong, note } = outcome
    const seconds = ((performance.now() - begun) / 1000).toFixed(0)
    const cells = [number, count, lost, wrong, seconds].map((cell) => String(cell).padStart(7))
    console.log(`${cells.join(' ').slice(3)}  ${line.says}${note ? ` (${note})` : ''}`)
    right &&= lost + wrong === 0
  }
  return right
}

import assert from 'node:assert/strict'
import { describe, test } from 'node:test'

/** What goes in, what comes out, and what is special about it where that does not show. */
export type Row<In> = readonly [input: In, expected: unknown, why?: string]

/** Stands in a row for what comes out: nothing, but an error that says this. */
class Refusal {
  readonly says: RegExp

  constructor(says: RegExp) {
    this.says = says
  }
}

export const refused = (says: RegExp): Refusal => new Refusal(says)

/** A test for each row, called by what goes in; what comes out may take its time. */
export function table<In>(name: string, act: (input: In) => unknown, rows: readonly Row<In>[]): void {
  describe(name, () => {
    for (const [input, expected, why] of rows) {
      test(why === undefined ? nameOf(input) : `${nameOf(input)}: ${why}`, async () => {
        if (expected instanceof Refusal)
          await assert.rejects(async () => act(input), { message: expected.says })
        else assert.deepEqual(await act(input), expected)
      })
    }
  })
}

/** Characters of an input that are shown. */
const longest = 80

function nameOf(input: unknown): string {
  const text = textOf(input)
  return text.length > longest ? `${text.slice(0, longest)}… (${text.length} characters)` : text
}

function textOf(input: unknown): string {
  if (input instanceof Error) return String(input)
  try {
    return JSON.stringify(input) ?? String(input)
  } catch {
    return Object.prototype.toString.call(input)
  }
}

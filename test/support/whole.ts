import { test } from 'node:test'

/** Whether every cell of a matrix is wanted: with `npm run test:whole`, and when files have been named. */
export const whole = process.env.FASTMCP_TEST_WHOLE === '1'

/** All rows of a matrix; for every change only one of each so many, beginning with the one at `first`. */
export const chosen = <T>(rows: readonly T[], every: number, first = 0): readonly T[] =>
  whole ? rows : rows.filter((_, index) => index % every === first)

/** Declares a test that a change can do without, such as a slow one of a kind of which a quicker one is there. */
export const rarely: typeof test = whole ? test : Object.assign(() => Promise.resolve(), test)

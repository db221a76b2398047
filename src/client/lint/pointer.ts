/** One step into a value: the name of a member, or the index in a list. */
export type Step = string | number

/** A JSON pointer (RFC 6901). */
export const pointer = (steps: readonly Step[]): string =>
  steps.map((step) => `/${String(step).replaceAll('~', '~0').replaceAll('/', '~1')}`).join('')

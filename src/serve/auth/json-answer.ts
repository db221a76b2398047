import type { Answer } from '../../protocol/auth.ts'

// Taken before user code runs: what it replaces later must not reach what callers are told.
const { stringify } = JSON
const encoder = new TextEncoder()

/** An answer with a JSON body, as plain data. */
export const jsonAnswer = (status: number, value: unknown, headers: Answer['headers'] = []): Answer => ({
  status,
  headers: [['content-type', 'application/json'], ...headers],
  body: encoder.encode(stringify(value)),
})

import type { Answer } from '../../protocol/auth.ts'

// Captured before user code runs: globals that it replaces later must not affect responses.
const { stringify } = JSON
const encoder = new TextEncoder()

/** A response with a JSON body, as plain data. */
export const jsonAnswer = (status: number, value: unknown, headers: Answer['headers'] = []): Answer => ({
  status,
  headers: [['content-type', 'application/json'], ...headers],
  body: encoder.encode(stringify(value)),
})

/**
 * An error whose text is meant for the model: it says what to do differently. Any other error reaches the model
 * as its message too, and its stack goes to stderr, where a person looks for bugs. The client gets a result with
 * `isError` (2025-11-25, server/tools, Error Handling).
 */
export class ToolError extends Error {
  /** Tells it from other errors, also where another copy of this package threw it. */
  override readonly name = 'ToolError'
}

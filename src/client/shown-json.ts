import { jsonText } from '../protocol/json-text.ts'
import { safeJson } from '../terminal/printable.ts'

/** What a server sent, as JSON for people: indented, unless it is nested too deep for that. */
export function shownJson(value: unknown): string {
  try {
    return safeJson(value, 2)
  } catch (error) {
    if (!(error instanceof RangeError)) throw error
    return safeJson(value, undefined, jsonText)
  }
}

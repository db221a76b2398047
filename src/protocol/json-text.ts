/** Levels of lists and objects that a message may have. No data is that deep; what is deeper takes seconds to read. */
export const deepestLevel = 100_000

/** Written out: the first number that is formatted for people loads the tables for it, at every start. */
export const tooDeep = 'it is nested deeper than 100,000 levels'

/**
 * JSON of any depth. Up to Node 24 `JSON.stringify` calls itself for every level, and gives up after a few thousand
 * of them, while `JSON.parse` has no such limit: what a client has sent must be fit to be sent on.
 * @throws RangeError for what is deeper than any message may be, TypeError for what JSON cannot hold, as
 * `JSON.stringify` does, and whatever a `toJSON` throws.
 */
export function jsonText(value: unknown): string {
  try {
    return JSON.stringify(value)
  } catch (error) {
    // Told by its name, because the class may have been replaced: so the engine says that its stack is full.
    if (!(error instanceof Error) || error.name !== 'RangeError') throw error
    return deepText(value)
  }
}

/** Whether a text goes deeper than any message may, if it is JSON. Short texts cannot, and are not looked at. */
export function isTooDeep(text: string): boolean {
  if (text.length < 2 * deepestLevel) return false
  let depth = 0
  for (let at = 0; at < text.length; at++) {
    const code = text.charCodeAt(at)
    if (code === quote) at = endOfString(text, at)
    else if (code === bracket || code === brace) depth++
    else if (code === bracket + 2 || code === brace + 2) depth--
    if (depth > deepestLevel) return true
  }
  return false
}

/** A list or an object that is being written. */
interface Level {
  readonly holder: object
  /** Absent for a list. */
  readonly keys: readonly string[] | undefined
  readonly length: number
  at: number
  written: boolean
}

function deepText(whole: unknown): string {
  const parts: string[] = []
  const levels: Level[] = []
  const around = new Set<object>()
  const begin = (holder: object) => {
    if (around.has(holder)) throw new TypeError('Converting circular structure to JSON')
    if (around.size === deepestLevel) throw new RangeError(tooDeep)
    around.add(holder)
    const level = levelOf(holder)
    parts.push(level.keys ? '{' : '[')
    levels.push(level)
  }
  const first = plainOf(whole, '')
  if (!isHolder(first)) return JSON.stringify(first)
  begin(first)
  for (let level = levels.at(-1); level; level = levels.at(-1)) {
    if (level.at === level.length) {
      parts.push(level.keys ? '}' : ']')
      around.delete(level.holder)
      levels.pop()
      continue
    }
    const key = level.keys?.[level.at] ?? level.at
    level.at++
    const value = plainOf(Reflect.get(level.holder, key), key)
    const text = isHolder(value) ? '' : (JSON.stringify(value) as string | undefined)
    // What has no text is left out of an object and leaves a gap in a list.
    if (text === undefined && level.keys) continue
    if (level.written) parts.push(',')
    level.written = true
    if (level.keys) parts.push(JSON.stringify(key), ':')
    if (isHolder(value)) begin(value)
    else parts.push(text ?? 'null')
  }
  return parts.join('')
}

/** What stands for a value in JSON. */
function plainOf(value: unknown, key: string | number): unknown {
  if ((typeof value !== 'object' || value === null) && typeof value !== 'bigint') return value
  const { toJSON } = value as { toJSON?: unknown }
  return typeof toJSON === 'function' ? Reflect.apply(toJSON, value, [String(key)]) : value
}

const isHolder = (value: unknown): value is object =>
  typeof value === 'object' &&
  value !== null &&
  !(value instanceof Number || value instanceof String || value instanceof Boolean)

function levelOf(holder: object): Level {
  const keys = Array.isArray(holder) ? undefined : Object.keys(holder)
  const { length } = keys ?? (holder as unknown[])
  return { holder, keys, length, at: 0, written: false }
}

const [quote, bracket, brace, backslash] = [0x22, 0x5b, 0x7b, 0x5c]

/** Where a string that begins at a quote ends; the end of the text if it does not. */
function endOfString(text: string, begin: number): number {
  for (let end = text.indexOf('"', begin + 1); end !== -1; end = text.indexOf('"', end + 1)) {
    let escapes = 0
    while (text.charCodeAt(end - 1 - escapes) === backslash) escapes++
    if (escapes % 2 === 0) return end
  }
  return text.length
}

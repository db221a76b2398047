/** Maximum nesting depth of a message. No real data is that deep, and deeper text takes seconds to parse. */
export const deepestLevel = 100_000

/** A literal, because formatting a number would load the locale tables at every start. */
export const tooDeep = 'it is nested deeper than 100,000 levels'

/**
 * Serialises JSON of any depth. Up to Node 24 `JSON.stringify` is recursive and fails after a few thousand levels,
 * while `JSON.parse` has no such limit: what a client has sent must be forwardable.
 * @throws RangeError beyond the maximum depth, TypeError for values that JSON cannot represent, as `JSON.stringify`
 * does, and any error of a `toJSON`.
 */
export function jsonText(value: unknown): string {
  try {
    return JSON.stringify(value)
  } catch (error) {
    // A stack overflow, recognised by name because the class may have been replaced.
    if (!(error instanceof Error) || error.name !== 'RangeError') throw error
    return deepText(value)
  }
}

/** Whether a JSON text exceeds the maximum depth. Short texts cannot, and are not scanned. */
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

/** An array or object that is being serialised. */
interface Level {
  readonly holder: object
  /** Undefined for an array. */
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
    // Unserialisable values are omitted in objects and become null in arrays.
    if (text === undefined && level.keys) continue
    if (level.written) parts.push(',')
    level.written = true
    if (level.keys) parts.push(JSON.stringify(key), ':')
    if (isHolder(value)) begin(value)
    else parts.push(text ?? 'null')
  }
  return parts.join('')
}

/** The JSON form of a value. */
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

/** The end of a string that starts at a quote; the end of the text if it is unterminated. */
function endOfString(text: string, begin: number): number {
  for (let end = text.indexOf('"', begin + 1); end !== -1; end = text.indexOf('"', end + 1)) {
    let escapes = 0
    while (text.charCodeAt(end - 1 - escapes) === backslash) escapes++
    if (escapes % 2 === 0) return end
  }
  return text.length
}

import { jsonText } from './json-text.ts'

/** The JSON text of a list, and its bytes once it was sent. */
interface CachedText {
  text?: string
  bytes?: Uint8Array
}

const texts = new WeakMap<object, CachedText>()

/** Caches the JSON text of a list that is sent repeatedly. From now on it must not be mutated. */
export function cacheText(list: readonly unknown[]): void {
  if (!texts.has(list)) texts.set(list, {})
}

/** The JSON text of a message whose result may contain cached tools. */
export function textWithCached(message: object): string {
  const { result, kept } = cachedIn(message)
  if (!kept) return jsonText(message)
  const [before, after] = around(message, result)
  return before + cachedText(kept, result.tools) + after
}

/**
 * The same in pieces if it contains a long list, whose bytes are encoded once instead of for every client.
 * @returns undefined if the text should be sent in one piece.
 */
export function piecesWithCached(message: object): readonly [string, Uint8Array, string] | undefined {
  const { result, kept } = cachedIn(message)
  if (!kept || cachedText(kept, result.tools).length < long) return undefined
  kept.bytes ??= Buffer.from(cachedText(kept, result.tools))
  try {
    const [before, after] = around(message, result)
    return [before, kept.bytes, after]
  } catch {
    // Serialising it as text will report the error.
    return undefined
  }
}

/** Characters from which a list counts as long. */
const long = 16 * 1024

type Listed = { readonly tools: readonly unknown[] }

function cachedIn(message: object): { result: Listed; kept: CachedText | undefined } {
  const result = 'result' in message ? message.result : undefined
  return hasTools(result)
    ? { result, kept: texts.get(result.tools) }
    : { result: { tools: [] }, kept: undefined }
}

function cachedText(kept: CachedText, tools: readonly unknown[]): string {
  kept.text ??= jsonText(tools)
  return kept.text
}

const hasTools = (result: unknown): result is Listed =>
  typeof result === 'object' && result !== null && 'tools' in result && Array.isArray(result.tools)

/** The JSON text of a message before and after the tools of its result. */
function around(message: object, result: object): [before: string, after: string] {
  const [outside, behind] = but(message, 'result')
  const [inside, end] = but(result, 'tools')
  return [outside + inside, end + behind]
}

/** The JSON text of an object before and after the value of one member. */
function but(object: object, member: string): [before: string, after: string] {
  const texts: [string, string] = ['', '']
  let at: 0 | 1 = 0
  let any = false
  for (const [key, value] of Object.entries(object)) {
    const own = key === member ? '' : (jsonText(value) as string | undefined)
    if (own === undefined) continue
    texts[at] += `${any ? ',' : '{'}${JSON.stringify(key)}:${own}`
    any = true
    if (key === member) at = 1
  }
  return [texts[0], `${texts[1]}}`]
}

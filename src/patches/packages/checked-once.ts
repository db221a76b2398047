// Patches: three checks by schema around each call of a tool, in SDK v1: `packages/instrument.ts` puts a question to this
//   before each of them.
// Why: a request is checked a second time by the schema that it has just come from, a result of nothing but text by one
//   that takes far longer than the call, and every request for a task that hardly any asks for.
// On: SDK v1 1.24–1.32; those before check less.
// Otherwise: everything is checked as often as the SDK does it.

import { isSdkAlone } from '../../process/sdk-alone.ts'

/** Where instrumented code of an SDK, of any copy, finds what it may leave out. */
export const checkedOnce = "globalThis[Symbol.for('fastmcp.checkedOnce')]"

/** What `safeParse` says of what it has nothing against. */
interface Sound {
  readonly success: true
  readonly data: unknown
}

/** Lets the SDKs of this process leave out checks that cannot fail. */
export function checkOnce(): void {
  if (!isSdkAlone())
    Reflect.set(globalThis, Symbol.for('fastmcp.checkedOnce'), { request: again, result: plain })
}

/** @param request what the same schema has made already; `false` where it was another one. */
const again = (request: unknown): Sound | undefined =>
  request === false ? undefined : { success: true, data: request }

/** What the schema makes of a result that holds nothing but text, which is most of them; nothing for any other. */
export function plain(result: unknown): Sound | undefined {
  if (!isPlain(result)) return undefined
  const { content, isError } = result
  const names = Object.keys(result)
  const failed = names.length === 2 && typeof isError === 'boolean'
  if (!(names.length === 1 || failed) || !Object.hasOwn(result, 'content') || !Array.isArray(content))
    return undefined
  const texts: { type: 'text'; text: string }[] = []
  for (const item of content as readonly unknown[]) {
    if (!isPlain(item) || Object.keys(item).length !== 2) return undefined
    const { type, text } = item
    if (type !== 'text' || typeof text !== 'string') return undefined
    texts.push({ type, text })
  }
  return { success: true, data: failed ? { content: texts, isError } : { content: texts } }
}

/** An object as a literal makes it, whose members are its own. */
const isPlain = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && Object.getPrototypeOf(value) === Object.prototype

/** Whether a module may be one that has these checks: its source is looked at wherever nothing else is. */
export const mayCheckTwice = (url: string): boolean =>
  /@modelcontextprotocol\/sdk\/dist\/\w+\/(?:server\/index|shared\/protocol)\.js$/.test(url)

import { jsonText } from './json-text.ts'

const texts = new WeakMap<object, string | undefined>()

/** Lets the JSON text of a list that is sent again and again be made once. From now on nothing in it may change. */
export function keepText(list: readonly unknown[]): void {
  if (!texts.has(list)) texts.set(list, undefined)
}

/** The JSON text of a message, whose result may hold tools that are kept as text. */
export function textWithKept(message: object): string {
  const result = 'result' in message ? message.result : undefined
  if (!hasTools(result) || !texts.has(result.tools)) return jsonText(message)
  const { tools } = result
  const text = texts.get(tools) ?? jsonText(tools)
  texts.set(tools, text)
  return members(message, 'result', members(result, 'tools', text))
}

const hasTools = (result: unknown): result is { readonly tools: readonly unknown[] } =>
  typeof result === 'object' && result !== null && 'tools' in result && Array.isArray(result.tools)

/** The JSON text of an object, in which one member has its text already; put together without a copy of that. */
function members(object: object, kept: string, text: string): string {
  let all = ''
  for (const [key, value] of Object.entries(object)) {
    const own = key === kept ? text : (jsonText(value) as string | undefined)
    if (own !== undefined) all += `${all ? ',' : '{'}${JSON.stringify(key)}:${own}`
  }
  return `${all || '{'}}`
}

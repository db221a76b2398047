import { hopByHop } from './hop-by-hop.ts'

/** Raw headers grouped by name, without those that concern one connection only. */
export function forwardedHeaders(raw: readonly string[]): Record<string, string | string[]> {
  const headers = new Map<string, string[]>()
  for (let at = 0; at + 1 < raw.length; at += 2) {
    const [name = '', value = ''] = [raw[at]?.toLowerCase(), raw[at + 1]]
    if (!hopByHop.has(name)) headers.set(name, [...(headers.get(name) ?? []), value])
  }
  return Object.fromEntries(
    [...headers].map(([name, values]) => [name, values.length === 1 ? (values[0] ?? '') : values]),
  )
}

import { parse, stringify } from 'smol-toml'
import type { ConfigFormat } from './config-format.ts'

/** TOML: each entry is a table of its own, at the end of the file. */
export const tomlFormat: ConfigFormat = {
  parse: (text) => parse(text) as Record<string, unknown>,

  add(text, section, name, entry) {
    const eol = text.includes('\r\n') ? '\r\n' : '\n'
    const table = stringify({ [section]: { [name]: entry } })
      .replace(`[${section}]\n`, '')
      .trim()
    const between = text === '' ? '' : text.endsWith('\n') ? eol : eol + eol
    return `${text}${between}${table.replaceAll('\n', eol)}${eol}`
  },

  remove(text, section, name) {
    const lines = text.split(/(?<=\n)/)
    const own = lines.map((line) => isOwnHeader(line, section, name))
    const kept: string[] = []
    let inside = false
    for (const [index, line] of lines.entries()) {
      if (/^\s*\[/.test(line)) {
        // The empty line that set the table apart goes with it.
        if (own[index] && !inside && kept.at(-1)?.trim() === '') kept.pop()
        inside = own[index] ?? false
      }
      if (!inside) kept.push(line)
    }
    return kept.join('')
  },
}

/** Whether a line opens the table of an entry, or one below it. */
function isOwnHeader(line: string, section: string, name: string): boolean {
  const header = /^\s*\[([^[\]]+)\]\s*(#.*)?\r?\n?$/.exec(line)?.[1]
  if (header === undefined) return false
  const keys = header.match(/"(?:\\.|[^"\\])*"|'[^']*'|[^.\s]+/g) ?? []
  const [first, second] = keys.map((key) =>
    key.startsWith('"') ? (JSON.parse(key) as string) : key.replace(/^'|'$/g, ''),
  )
  return first === section && second === name
}

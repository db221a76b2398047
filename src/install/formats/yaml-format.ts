import { dump, load } from 'js-yaml'
import { isRecord } from '../../protocol/jsonrpc.ts'
import { CannotEdit, type ConfigFormat } from './config-format.ts'

/** YAML: an entry is the first of its section, written as a block. */
export const yamlFormat: ConfigFormat = {
  parse(text) {
    const value: unknown = text.trim() === '' ? {} : (load(text) ?? {})
    if (!isRecord(value)) throw new Error('it holds no mapping')
    return value
  },

  add(text, section, name, entry) {
    const { eol, lines } = linesOf(text)
    const at = lines.findIndex((line) => line.startsWith(`${section}:`))
    if (at < 0) {
      const before = text === '' || text.endsWith('\n') ? text : text + eol
      return `${before}${section}:${eol}${block(name, entry, '  ', eol)}`
    }
    const head = lines[at] ?? ''
    const rest = head.slice(section.length + 1).trim()
    if (rest !== '' && rest !== '{}' && !rest.startsWith('#'))
      throw new CannotEdit(`${section} is not written as a block`)
    const indent = /^( +)\S/.exec(lines[at + 1] ?? '')?.[1] ?? '  '
    lines[at] = rest === '{}' ? `${section}:${eol}` : head.endsWith('\n') ? head : head + eol
    lines.splice(at + 1, 0, block(name, entry, indent, eol))
    return lines.join('')
  },

  remove(text, section, name) {
    const { eol, lines } = linesOf(text)
    const head = lines.findIndex((line) => line.startsWith(`${section}:`))
    const at = head < 0 ? -1 : entryBelow(lines, head, name)
    if (at < 0) return text
    const depth = indentOf(lines[at] ?? '')
    let end = at + 1
    while (end < lines.length && (lines[end]?.trim() === '' || indentOf(lines[end] ?? '') > depth)) end++
    while (end > at + 1 && lines[end - 1]?.trim() === '') end--
    lines.splice(at, end - at)
    const left = /^ +[^\s#]/.test(lines[head + 1] ?? '') || /^\s*#/.test(lines[head + 1] ?? '')
    if (!left) lines[head] = `${section}: {}${eol}`
    return lines.join('')
  },
}

function linesOf(text: string): { eol: string; lines: string[] } {
  return { eol: text.includes('\r\n') ? '\r\n' : '\n', lines: text.split(/(?<=\n)/) }
}

function block(name: string, entry: Record<string, unknown>, indent: string, eol: string): string {
  const lines = dump({ [name]: entry }, { lineWidth: -1 })
    .trimEnd()
    .split('\n')
  return lines.map((line) => indent + line + eol).join('')
}

/** The line of an entry of a section; what an entry holds may have the same name, and so may other sections' entries. */
function entryBelow(lines: readonly string[], head: number, name: string): number {
  let depth: number | undefined
  for (let at = head + 1; at < lines.length; at++) {
    const line = lines[at] ?? ''
    if (/^\s*(#|$)/.test(line)) continue
    if (!line.startsWith(' ')) return -1
    depth ??= indentOf(line)
    if (indentOf(line) === depth && keyOf(line) === name) return at
  }
  return -1
}

const indentOf = (line: string) => line.length - line.trimStart().length

/** The key that a line of a block begins with, if it is a plain or quoted one. */
function keyOf(line: string): string | undefined {
  const [, double, single, bare] = /^\s*(?:"([^"]*)"|'([^']*)'|([^\s#:][^:]*?))\s*:(?:\s|$)/.exec(line) ?? []
  return double ?? single ?? bare
}

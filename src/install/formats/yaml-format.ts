import { isMap, isScalar, LineCounter, type Pair, type ParsedNode, parseDocument, stringify } from 'yaml'
import { isRecord } from '../../protocol/jsonrpc.ts'
import { CannotEdit, type ConfigFormat } from './config-format.ts'

/**
 * YAML: an entry is the first of its section, written as a block. The library tells where everything stands, and the
 * text around it is left alone: written again, it would say the same, but with other indents and spaces.
 */
export const yamlFormat: ConfigFormat = {
  parse(text) {
    const value: unknown = documentIn(text).toJS() ?? {}
    if (!isRecord(value)) throw new Error('it holds no mapping')
    return value
  },

  add(text, section, name, entry) {
    const eol = text.includes('\r\n') ? '\r\n' : '\n'
    const { contents } = documentIn(text)
    const outer = indentOf(text, contents) ?? ''
    const inner = `${outer}  `
    const pair = pairNamed(contents, section)
    if (!pair) {
      const before = text === '' || text.endsWith('\n') ? text : text + eol
      return `${before}${outer}${section}:${eol}${block(name, entry, inner, eol)}`
    }
    const base = opened(text, section, pair.value)
    const at = endOfLine(base, pair.key.range[1])
    const head = base.slice(0, at)
    const own = block(name, entry, indentOf(text, pair.value) ?? inner, eol)
    return `${head}${head.endsWith('\n') ? '' : eol}${own}${base.slice(at)}`
  },

  remove(text, section, name) {
    const pair = pairNamed(documentIn(text).contents, section)
    const entry = pairNamed(pair?.value, name)
    if (!pair || !entry || !isMap(pair.value)) return text
    if (pair.value.flow) throw new CannotEdit(`${section} is not written as a block`)
    const [start, keyEnd] = entry.key.range
    const end = entry.value?.range[1] ?? keyEnd
    const rest = text.slice(0, startOfLine(text, start)) + text.slice(endOfLine(text, end))
    if (pair.value.items.length > 1) return rest
    const colon = text.indexOf(':', pair.key.range[1]) + 1
    return `${rest.slice(0, colon)} {}${rest.slice(colon)}`
  },
}

/** @throws Error saying where the text is broken. */
function documentIn(text: string) {
  const lineCounter = new LineCounter()
  // Keys that are merged in by `<<` count as those that are written out.
  const document = parseDocument(text, { merge: true, prettyErrors: false, lineCounter })
  const [error] = document.errors
  if (error) throw new Error(`line ${lineCounter.linePos(error.pos[0]).line}: ${error.message}`)
  return document
}

function pairNamed(
  map: ParsedNode | null | undefined,
  name: string,
): Pair<ParsedNode, ParsedNode | null> | undefined {
  if (!isMap(map)) return undefined
  return map.items.find(({ key }) => isScalar(key) && String(key.value) === name)
}

/** The text with the section open for a block below its line: it holds one already, or nothing. */
function opened(text: string, section: string, value: ParsedNode | null): string {
  if (isMap(value) && !value.flow) return text
  const empty = isMap(value) ? value.items.length === 0 : isScalar(value) && value.value === null
  if (!value || !empty) throw new CannotEdit(`${section} is not written as a block`)
  const [start, end] = value.range
  return start === end ? text : text.slice(0, start).trimEnd() + text.slice(end)
}

function block(name: string, entry: Record<string, unknown>, indent: string, eol: string): string {
  // One line for each value, in quotes where older readers of YAML would take it for something else.
  const text = stringify({ [name]: entry }, { lineWidth: 0, blockQuote: false, compat: 'yaml-1.1' })
  return text
    .trimEnd()
    .split('\n')
    .map((line) => indent + line + eol)
    .join('')
}

/** How the keys of a block are indented. */
function indentOf(text: string, map: ParsedNode | null): string | undefined {
  const [first] = isMap(map) && !map.flow ? map.items : []
  return first && text.slice(startOfLine(text, first.key.range[0]), first.key.range[0])
}

const startOfLine = (text: string, at: number): number => text.lastIndexOf('\n', at - 1) + 1

/** Where the next line begins; the place itself if that is where one does. */
function endOfLine(text: string, at: number): number {
  if (text[at - 1] === '\n') return at
  const end = text.indexOf('\n', at)
  return end < 0 ? text.length : end + 1
}

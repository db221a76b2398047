import { findNodeAtLocation, type Node, type ParseError, parseTree, printParseErrorCode } from 'jsonc-parser'
import { isRecord } from '../../protocol/jsonrpc.ts'
import { CannotEdit, type ConfigFormat } from './config-format.ts'

const options = { allowTrailingComma: true }

/**
 * JSON with comments. A new entry goes to the front of its section, and is taken out from there again: nothing that
 * follows, least of all a comment, then changes its place.
 */
export const jsonFormat: ConfigFormat = {
  parse(text) {
    const errors: ParseError[] = []
    const root = saysNothing(text) ? undefined : parseTree(text, errors, options)
    const [error] = errors
    if (error) {
      const lines = text.slice(0, error.offset).split('\n')
      throw new Error(`line ${lines.length}: ${words(printParseErrorCode(error.error))}`)
    }
    const value = root ? said(root) : {}
    if (!isRecord(value)) throw new Error('it is not an object')
    return value
  },

  add(text, section, name, entry) {
    if (saysNothing(text)) {
      const before = text.trim() === '' ? '' : text.replace(/[^\n]$/, '$&\n')
      return `${before}${JSON.stringify({ [section]: { [name]: entry } }, null, 2)}\n`
    }
    const root = treeOf(text)
    const found = findNodeAtLocation(root, [section])
    if (found && found.type !== 'object') throw new CannotEdit(`${section} is not an object`)
    return found ? insertFirst(text, found, name, entry) : insertFirst(text, root, section, { [name]: entry })
  },

  remove(text, section, name) {
    const value = findNodeAtLocation(treeOf(text), [section, name])
    const property = value?.parent
    const siblings = property?.parent?.children ?? []
    if (!property) return text
    const index = siblings.indexOf(property)
    const end = property.offset + property.length
    const before = siblings[index - 1]
    const comma = after(text, end)
    if (text[comma] === ',') {
      const start = before
        ? after(text, before.offset + before.length) + 1
        : (property.parent?.offset ?? 0) + 1
      return text.slice(0, endOfLine(text, start)) + text.slice(comma + 1)
    }
    if (before) return text.slice(0, before.offset + before.length) + text.slice(end)
    const open = (property.parent?.offset ?? 0) + 1
    const close = (property.parent?.offset ?? 0) + (property.parent?.length ?? 0) - 1
    const rest = text.slice(end, close)
    return text.slice(0, open) + (rest.trim() === '' ? '' : rest) + text.slice(close)
  },
}

const words = (code: string) => code.replace(/([a-z])([A-Z])/g, '$1 $2').toLowerCase()

/** Whether there is nothing but spaces and comments. */
const saysNothing = (text: string) => after(text, 0) === text.length

/** What a part of the text says. The package's own way from text to value loses the key `__proto__`. */
function said({ type, value, children = [] }: Node): unknown {
  if (type === 'array') return children.map(said)
  if (type !== 'object') return value
  const members = children.map(({ children: [key, member] = [] }) => [key?.value, member && said(member)])
  return Object.fromEntries(members)
}

function treeOf(text: string): Node {
  const root = parseTree(text, [], options)
  if (root?.type !== 'object') throw new CannotEdit('it is not an object')
  return root
}

function insertFirst(text: string, object: Node, name: string, value: unknown): string {
  const { eol, indent } = formOf(text)
  const outer = /^[ \t]*/.exec(text.slice(text.lastIndexOf('\n', object.offset) + 1))?.[0] ?? ''
  const open = object.offset + 1
  const inside = text.slice(open, object.offset + object.length - 1)
  const [first] = object.children ?? []
  if (first && !text.slice(open, first.offset).includes('\n')) {
    return `${text.slice(0, open)}${/^\s/.test(inside) ? ' ' : ''}${JSON.stringify(name)}: ${JSON.stringify(value)},${inside.startsWith(' ') ? '' : ' '}${text.slice(open)}`
  }
  const inner = first ? (/[ \t]*$/.exec(text.slice(0, first.offset))?.[0] ?? '') : outer + indent
  const json = JSON.stringify(value, null, indent).replaceAll('\n', eol + inner)
  const entry = `${eol}${inner}${JSON.stringify(name)}: ${json}`
  const at = endOfLine(text, open)
  const ending = first ? ',' : inside.includes('\n') ? '' : eol + outer
  return text.slice(0, at) + entry + ending + text.slice(at)
}

/** Where a comment that stands on the rest of a line ends; otherwise the place itself. */
function endOfLine(text: string, from: number): number {
  const comment = /^[ \t]*(\/\/[^\n\r]*|\/\*[^\n]*?\*\/)[ \t]*(?=\r?\n)/.exec(text.slice(from))
  return from + (comment?.[0].length ?? 0)
}

/** The next place after spaces and comments. */
function after(text: string, from: number): number {
  return from + (/^(\s|\/\/[^\n]*|\/\*[\s\S]*?\*\/)*/.exec(text.slice(from))?.[0].length ?? 0)
}

function formOf(text: string): { eol: string; indent: string } {
  return { eol: text.includes('\r\n') ? '\r\n' : '\n', indent: /\n([ \t]+)"/.exec(text)?.[1] ?? '  ' }
}

// Every text that tells of a failure, as it stands in the sources: `…` is for what differs from case to case.
import { readdirSync, readFileSync } from 'node:fs'
import { join, sep } from 'node:path'
import { fileURLToPath } from 'node:url'
import jsTokens, { type Token } from 'js-tokens'

const src = fileURLToPath(new URL('../../src', import.meta.url))

/** What becomes of a failure: an exit code, an error that is thrown, an answer over HTTP, or a line in the log. */
export type Kind = '1' | '2' | '3' | '4' | '5' | '130' | 'thrown' | 'http' | 'log'

export interface ErrorText {
  text: string
  kind: Kind
  /** The status, of an answer over HTTP. */
  status?: string
  /** The room of `src/` that says it. */
  room: string
}

/** The exit codes by their name in the sources. */
const codes: Readonly<Record<string, Kind>> = {
  failed: '1',
  usage: '2',
  load: '3',
  listen: '4',
  answered: '5',
  interrupted: '130',
}

/** The functions and classes that failures go through, and which of their arguments is the text. */
const sayers: Readonly<Record<string, { at: number; kind: (args: readonly Token[][]) => Kind | undefined }>> =
  {
    usageError: { at: 0, kind: () => '2' },
    loadError: { at: 0, kind: () => '3' },
    loadErrorOf: { at: 1, kind: () => '3' },
    CliError: { at: 1, kind: ([code]) => codes[code?.at(-1)?.value ?? ''] },
    Error: { at: 0, kind: () => 'thrown' },
    TypeError: { at: 0, kind: () => 'thrown' },
    RangeError: { at: 0, kind: () => 'thrown' },
    ToolError: { at: 0, kind: () => 'thrown' },
    refuse: { at: 2, kind: ([, status]) => (/^\d{3}$/.test(status?.[0]?.value ?? '') ? 'http' : undefined) },
    say: { at: 0, kind: () => 'log' },
    log: { at: 1, kind: ([level]) => (/warning|error/.test(level?.[0]?.value ?? '') ? 'log' : undefined) },
  }

/** All texts, each once, in the order of the alphabet. */
export function errorTexts(): ErrorText[] {
  const files = readdirSync(src, { recursive: true, encoding: 'utf8' }).filter((file) => file.endsWith('.ts'))
  const found = files.flatMap((file) => {
    const room = file.split(sep)[0] ?? ''
    return textsIn(readFileSync(join(src, file), 'utf8')).map((one) => ({ ...one, room }))
  })
  const once = new Map(found.map((one) => [`${one.kind} ${one.text}`, one]))
  return [...once.values()].sort((a, b) => (a.text.toLowerCase() < b.text.toLowerCase() ? -1 : 1))
}

/** The texts of one source. */
export function textsIn(source: string): Omit<ErrorText, 'room'>[] {
  const tokens = [...jsTokens(source)].filter(({ type }) => !/WhiteSpace|Comment|LineTerminator/.test(type))
  return tokens.flatMap((token, index) => {
    const sayer = Object.hasOwn(sayers, token.value) ? sayers[token.value] : undefined
    if (token.type !== 'IdentifierName' || !sayer || tokens[index + 1]?.value !== '(') return []
    if (['function', '.', 'class'].includes(tokens[index - 1]?.value ?? '')) return []
    const args = argumentsFrom(tokens, index + 2)
    const kind = sayer.kind(args)
    if (kind === undefined) return []
    const status = kind === 'http' ? { status: args[1]?.[0]?.value ?? '' } : {}
    return wordsOf(args[sayer.at] ?? []).map((text) => ({ text, kind, ...status }))
  })
}

const opens = (token: Token) => /^[([{]$/.test(token.value) || token.type === 'TemplateHead'
const closes = (token: Token) => /^[)\]}]$/.test(token.value) || token.type === 'TemplateTail'

/** The tokens of each argument of a call. */
function argumentsFrom(tokens: readonly Token[], start: number): Token[][] {
  const args: Token[][] = [[]]
  let depth = 0
  for (const token of tokens.slice(start)) {
    if (depth === 0 && token.value === ')') break
    if (opens(token)) depth++
    if (closes(token)) depth--
    if (depth === 0 && token.value === ',') args.push([])
    else args.at(-1)?.push(token)
  }
  return args
}

/** What an argument may say: one text, or several where it chooses. What is called or computed in it is `…`. */
function wordsOf(argument: readonly Token[]): string[] {
  const texts: string[] = ['']
  let depth = 0
  for (const token of argument) {
    const piece = pieceOf(token)
    if (closes(token)) depth--
    if (depth === 0 && piece !== undefined) texts.push((texts.pop() ?? '') + piece)
    if (depth === 0 && /^[?:]$/.test(token.value)) texts.push('')
    if (token.type === 'TemplateMiddle' && depth === 1 && piece !== undefined)
      texts.push((texts.pop() ?? '') + piece)
    if (opens(token)) depth++
  }
  return texts
    .map((text) => text.replaceAll(/(…\s*)+…/g, '…').trim())
    .filter((text) => /[a-z]{2}.* |[a-z] …|… [a-z]/i.test(text))
}

function pieceOf({ type, value }: Token): string | undefined {
  if (type === 'StringLiteral') return value.slice(1, -1).replaceAll(/\\(['"])/g, '$1')
  if (type === 'NoSubstitutionTemplate') return plain(value.slice(1, -1))
  if (type === 'TemplateHead') return `${plain(value.slice(1, -2))}…`
  if (type === 'TemplateMiddle') return `${plain(value.slice(1, -2))}…`
  if (type === 'TemplateTail') return plain(value.slice(1, -1))
  return undefined
}

const plain = (text: string) => text.replaceAll('\\`', '`').replaceAll('\\n', ' ')

import { crc32 } from 'node:zlib'
import { keyLength } from '../session-key.ts'

/** The version of the format; incremented for every incompatible change. */
export const formatVersion = 1

const title = 'fastmcp-store'
/** The first line of a file. */
export const header = `${title} ${formatVersion}\n`

/** The version in a file's header; undefined if it is not a store. */
export function versionIn(start: string): number | undefined {
  const [, version] = /^fastmcp-store (\d{1,6})\n/.exec(start) ?? []
  return version === undefined ? undefined : Number(version)
}

/** A line without its value. */
export type Line =
  /** A session's record. */
  | { readonly kind: 'session'; readonly seconds: number; readonly key: string }
  /** A state text of a session, with its hashed name. */
  | { readonly kind: 'text'; readonly key: string; readonly name: string }
  | { readonly kind: 'forgotten'; readonly key: string; readonly name: string }
  /** Sessions that were in use at a time, in seconds since 1970. */
  | { readonly kind: 'renewed'; readonly seconds: number; readonly keys: readonly string[] }
  | { readonly kind: 'ended'; readonly key: string }

/** Bytes of a line's checksum and the space after it. */
const sumLength = 9

/** Serialises a line: a checksum, its fields, and a value as JSON. */
export function lineOf(line: Line, value?: unknown): Buffer {
  const said = Buffer.from(value === undefined ? wordsOf(line) : `${wordsOf(line)} ${JSON.stringify(value)}`)
  return Buffer.concat([Buffer.from(`${sumOf(said)} `), said, lineEnd])
}

const lineEnd = Buffer.from('\n')

/** @param bytes a line without its newline. Returns undefined if it is damaged or of an unknown kind. */
export function readLine(bytes: Buffer): Line | undefined {
  const said = bytes.subarray(sumLength)
  if (bytes[sumLength - 1] !== 0x20 || bytes.toString('latin1', 0, sumLength - 1) !== sumOf(said))
    return undefined
  // Only these lines may have many fields, and they have no value.
  const whole = said[0] === letterOf.renewed.charCodeAt(0)
  const [letter, first = '', ...others] = said.toString('latin1', 0, whole ? said.length : 64).split(' ')
  const [second = ''] = others
  if (letter === letterOf.renewed) {
    const known = isSeconds(first) && others.every(isKey)
    return known ? { kind: 'renewed', seconds: Number(first), keys: others } : undefined
  }
  if (letter === letterOf.session) {
    const known = isSeconds(first) && isKey(second)
    return known ? { kind: 'session', seconds: Number(first), key: second } : undefined
  }
  if (!isKey(first)) return undefined
  if (letter === letterOf.ended) return { kind: 'ended', key: first }
  if (!isKey(second)) return undefined
  if (letter === letterOf.text) return { kind: 'text', key: first, name: second }
  return letter === letterOf.forgotten ? { kind: 'forgotten', key: first, name: second } : undefined
}

/**
 * The value of a line.
 * @param bytes a valid line without its newline.
 * @throws SyntaxError if the value is not JSON.
 */
export function valueIn(bytes: Buffer): unknown {
  let at = sumLength
  for (let word = 0; word < 3; word++) at = bytes.indexOf(' ', at) + 1
  return JSON.parse(bytes.toString('utf8', at))
}

function wordsOf(line: Line): string {
  const letter = letterOf[line.kind]
  if (line.kind === 'renewed') return [letter, line.seconds, ...line.keys].join(' ')
  if (line.kind === 'session') return `${letter} ${line.seconds} ${line.key}`
  return 'name' in line ? `${letter} ${line.key} ${line.name}` : `${letter} ${line.key}`
}

const letterOf = { session: 's', text: 'k', forgotten: 'f', renewed: 't', ended: 'd' } as const

const sumOf = (bytes: Uint8Array) => crc32(bytes).toString(16).padStart(8, '0')

const isSeconds = (word: string) => /^\d{1,12}$/.test(word)
const isKey = (word: string) => word.length === keyLength && /^[\w-]+$/.test(word)

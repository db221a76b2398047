import { readFileSync } from 'node:fs'

/** The encoding of a text file. */
export interface TextForm {
  readonly encoding: 'utf8' | 'utf16le' | 'utf16be'
  /** Whether it starts with a byte order mark, as written by Windows editors. */
  readonly mark: boolean
}

/** The form of a new file. */
export const plainForm: TextForm = { encoding: 'utf8', mark: false }

/**
 * The text of a file without its byte order mark.
 * @throws Error with the system's code if it cannot be read, or an explanation if it is not text.
 */
export const readText = (path: string): string => decodeText(readFileSync(path)).text

/**
 * Decodes UTF-8, and UTF-16 with a byte order mark.
 * @throws Error for anything else: a wrong guess would corrupt the file when it is written back.
 */
export function decodeText(bytes: Uint8Array): { text: string; form: TextForm } {
  const [first, second] = bytes
  if (first === 0xff && second === 0xfe) return from(bytes, 'utf16le')
  if (first === 0xfe && second === 0xff) return from(bytes, 'utf16be')
  if (looksLikeUtf16(bytes)) throw new Error('it is UTF-16 without a byte order mark: save it as UTF-8')
  return from(bytes, 'utf8')
}

/** Encodes a text in the form of its original file. */
export function encodeText(text: string, { encoding, mark }: TextForm): Buffer {
  const whole = mark ? `\uFEFF${text}` : text
  if (encoding === 'utf8') return Buffer.from(whole, 'utf8')
  const bytes = Buffer.from(whole, 'utf16le')
  return encoding === 'utf16be' ? bytes.swap16() : bytes
}

const labels = { utf8: 'utf-8', utf16le: 'utf-16le', utf16be: 'utf-16be' } as const

function from(bytes: Uint8Array, encoding: TextForm['encoding']): { text: string; form: TextForm } {
  let text: string
  try {
    text = new TextDecoder(labels[encoding], { fatal: true, ignoreBOM: true }).decode(bytes)
  } catch {
    throw new Error(`it is not ${encoding === 'utf8' ? 'UTF-8' : 'whole UTF-16'}: save it as UTF-8`)
  }
  const mark = text.startsWith('\uFEFF')
  return { text: mark ? text.slice(1) : text, form: { encoding, mark } }
}

/** Configuration starts with an ASCII character such as `{`, which in UTF-16 has a zero byte next to it. */
const looksLikeUtf16 = ([first, second]: Uint8Array): boolean =>
  first !== undefined && second !== undefined && (first === 0) !== (second === 0)

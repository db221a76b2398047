import { messageOf } from '../../terminal/errors.ts'
import { shortened } from '../../terminal/printable.ts'

/** Causes of an error that are told, and characters of everything that is. */
const most = { causes: 4, characters: 1_000 }

/**
 * What to tell of something thrown: its message, and those of what it came of, since `fetch failed` alone helps nobody.
 * Only messages and codes: what else an error holds may be secret.
 */
export function failureWords(thrown: unknown): string {
  const words: string[] = []
  for (const one of chainOf(thrown)) {
    const text = wordsOf(one)
    // Many messages repeat that of their cause.
    if (!words.some((before) => before.includes(text))) words.push(text)
  }
  return bounded(words.join(': '))
}

/** What something thrown came of, outermost first and itself the first. */
export function chainOf(thrown: unknown): unknown[] {
  const chain = [thrown]
  for (let at = causeOf(thrown); at !== undefined && chain.length <= most.causes; at = causeOf(at)) {
    if (chain.includes(at)) break
    chain.push(at)
  }
  return chain
}

/** An error that lets the client know what was thrown; the thrown error itself where its message says it all. */
export function tellable(thrown: unknown): Error {
  const words = failureWords(thrown)
  if (thrown instanceof Error && thrown.message === words) return thrown
  return new Error(words, { cause: thrown })
}

function causeOf(thrown: unknown): unknown {
  if (!(thrown instanceof Error)) return undefined
  try {
    // Node puts the attempts of a connection into one error without a message.
    const { cause, errors } = thrown as { cause?: unknown; errors?: unknown }
    return cause ?? (Array.isArray(errors) ? errors[0] : undefined)
  } catch {
    return undefined
  }
}

function wordsOf(thrown: unknown): string {
  try {
    if (thrown instanceof Error) return thrown.message || codeIn(thrown) || thrown.name
    if (thrown === '') return 'an empty text was thrown'
    if (typeof thrown === 'function') return 'a function was thrown'
    if (typeof thrown !== 'object' || thrown === null)
      return thrown === undefined || thrown === null ? `${thrown} was thrown` : messageOf(thrown)
    return objectWords(thrown)
  } catch {
    return 'an object was thrown that cannot be read'
  }
}

/** Of an object that is no error, its message, or else its plain members. */
function objectWords(thrown: object): string {
  const { message } = thrown as { message?: unknown }
  if (typeof message === 'string' && message !== '') return message
  const plain = Object.entries(thrown).filter(([, value]) =>
    ['string', 'number', 'boolean'].includes(typeof value),
  )
  if (plain.length > 0) return bounded(JSON.stringify(Object.fromEntries(plain)))
  const names = Object.keys(thrown)
  return names.length > 0
    ? bounded(`an object was thrown, with ${names.join(', ')}`)
    : 'an empty object was thrown'
}

const codeIn = (error: object): string => ('code' in error ? String(error.code) : '')

const bounded = (text: string): string => shortened(text, most.characters)

import { randomInt } from 'node:crypto'
import { digestOf } from '../protocol/digest.ts'

/** Characters of a key: 132 bits of a digest. */
export const keyLength = 22

/** The key of a session in a store: a digest, so that read access to the store does not allow using the session. */
export const sessionKey = (id: string): string => digestOf(id).slice(0, keyLength)

/** The stored form of a session's subject. */
export const subjectKey = (subject: string | undefined): string | undefined =>
  subject === undefined ? undefined : sessionKey(`subject ${subject}`)

const letters = 'abcdefghijklmnopqrstuvwxyz0123456789'

/** A unique name for a process, of characters that are valid in every id. */
export const newProcessName = (): string =>
  Array.from({ length: 10 }, () => letters[randomInt(letters.length)]).join('')

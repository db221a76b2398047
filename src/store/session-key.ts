import { randomInt } from 'node:crypto'
import { digestOf } from '../protocol/digest.ts'

/** Characters of a key: 132 bits of a digest. */
export const keyLength = 22

/** What a session goes by in a store: whoever reads the store cannot use the session. */
export const sessionKey = (id: string): string => digestOf(id).slice(0, keyLength)

/** Whom a session belongs to, as a store may know it. */
export const subjectKey = (subject: string | undefined): string | undefined =>
  subject === undefined ? undefined : sessionKey(`subject ${subject}`)

const letters = 'abcdefghijklmnopqrstuvwxyz0123456789'

/** A name for a process that no other has had, of letters that every id may have. */
export const newProcessName = (): string =>
  Array.from({ length: 10 }, () => letters[randomInt(letters.length)]).join('')

import { createHash } from 'node:crypto'

/** A digest for a text that is long, or must not be stored in the clear. */
export const digestOf = (text: string): string => createHash('sha256').update(text).digest('base64url')

import { createHash } from 'node:crypto'

/** What stands for a text that is long, or that must not be read where it is kept. */
export const digestOf = (text: string): string => createHash('sha256').update(text).digest('base64url')

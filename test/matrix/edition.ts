/** One state of a server's source, as a person saves it. What the server lists and answers says which it is. */
export interface Edition {
  /** What the tool `edition` answers, and is described as. */
  readonly word: string
  /** What the tool `extra` answers; without it there is no such tool. */
  readonly extra?: string
}

/** What somebody does to a file, and the edition that clients should meet afterwards. */
export interface Save {
  readonly what: 'added' | 'changed' | 'broken' | 'removed' | 'added again'
  readonly edition: Edition
}

export const first: Edition = { word: 'one' }

/** Five saves. The broken one changes nothing for clients: they go on with what was there before. */
export const saves: readonly Save[] = [
  { what: 'added', edition: { word: 'two', extra: 'new' } },
  { what: 'changed', edition: { word: 'three', extra: 'other' } },
  { what: 'broken', edition: { word: 'three', extra: 'other' } },
  { what: 'removed', edition: { word: 'four' } },
  { what: 'added again', edition: { word: 'five', extra: 'back' } },
]

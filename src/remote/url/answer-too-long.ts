import { byteWords } from '../../terminal/byte-words.ts'

/** Thrown for a response that exceeds the size limit. */
export class AnswerTooLong extends Error {
  /** @param limit the limit in bytes. */
  constructor(limit: number) {
    super(`it is longer than ${byteWords(limit)}`)
  }
}

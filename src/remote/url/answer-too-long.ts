import { byteWords } from '../../terminal/byte-words.ts'

/** A remote server's answer that is larger than it may be. */
export class AnswerTooLong extends Error {
  /** @param limit bytes. */
  constructor(limit: number) {
    super(`it is longer than ${byteWords(limit)}`)
  }
}

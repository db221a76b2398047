/** Characters from which a text is long. */
const long = 16 * 1024

/**
 * A long text in bytes, a short one as it is. Putting a text together only notes its pieces: whoever measures it or
 * sends it copies all of them, each for itself, and a stream does both. Bytes are made once.
 */
export const bytesIfLong = (text: string): string | Uint8Array =>
  text.length < long ? text : Buffer.from(text)

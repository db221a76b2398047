/** Bytes of one answer that may be on their way to the front before it has taken them. */
const window = 1024 * 1024

/** How much of an answer the front has not taken yet, so that one whose client does not read piles up nowhere. */
export class Credit {
  #untaken = 0
  #wake: () => void = () => undefined

  /** So many bytes have been sent; resolves when there is room for more. */
  sent(bytes: number): void | Promise<void> {
    this.#untaken += bytes
    if (this.#untaken <= window) return
    return new Promise((resolve) => {
      this.#wake = resolve
    })
  }

  taken(bytes: number): void {
    this.#untaken -= bytes
    if (this.#untaken <= window) this.#wake()
  }
}

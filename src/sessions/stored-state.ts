/** Maximum characters of one session's state, keys and values together. */
export const stateLimit = 1024 * 1024

/** The session state of user code, as JSON text by key, with a size limit. */
export class StoredState extends Map<string, string> {
  readonly #room: (more: number) => boolean
  readonly #changed: (key: string, text: string | undefined) => void
  #size = 0

  /**
   * @param room reserves that many characters, or releases them if negative; `false` if there is no room.
   * @param changed is called on every change.
   */
  constructor(
    room: (more: number) => boolean = () => true,
    changed: (key: string, text: string | undefined) => void = () => undefined,
  ) {
    super()
    this.#room = room
    this.#changed = changed
  }

  /** Whether this value would fit. */
  fits(key: string, text: string): boolean {
    return this.#size + this.#moreFor(key, text) <= stateLimit
  }

  /** @throws RangeError if it would exceed the limit; the previous value stays. */
  override set(key: string, text: string): this {
    if (!this.fits(key, text)) throw new RangeError('a session can hold at most 1 MiB')
    const more = this.#moreFor(key, text)
    if (!this.#room(more)) throw new RangeError("the server's memory budget for sessions is used up")
    this.#size += more
    super.set(key, text)
    this.#changed(key, text)
    return this
  }

  override delete(key: string): boolean {
    const less = this.#sizeOf(key)
    this.#size -= less
    if (less > 0) this.#room(-less)
    const deleted = super.delete(key)
    if (deleted) this.#changed(key, undefined)
    return deleted
  }

  override clear(): void {
    for (const key of [...this.keys()]) this.delete(key)
  }

  #moreFor(key: string, text: string): number {
    return key.length + text.length - this.#sizeOf(key)
  }

  #sizeOf(key: string): number {
    const text = this.get(key)
    return text === undefined ? 0 : key.length + text.length
  }
}

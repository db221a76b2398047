import type { ServerResponse } from 'node:http'

/** Bytes a client may leave unread before its stream is dropped. */
const unreadLimit = 4 * 1024 * 1024
/** Milliseconds a sender waits for a client that has stopped reading. */
const stallLimit = 15_000

/** Writes to a client with back-pressure, and limits what a client that does not read can cost. */
export class BoundedWriter {
  readonly #response: ServerResponse
  readonly #dropped: (reason: string) => void
  #draining: Promise<void> | undefined

  constructor(response: ServerResponse, dropped: (reason: string) => void) {
    this.#response = response
    this.#dropped = dropped
  }

  /**
   * Writes pieces that belong together. Resolves when the client has room for more; for a sender that does not await
   * that, only the limit applies.
   */
  write(...pieces: (string | Uint8Array)[]): Promise<void> | void {
    if (this.#response.destroyed || this.#response.writableEnded) return
    // Only earlier unread data counts: a single message may be larger than the limit.
    if (this.#response.writableLength > unreadLimit) return this.#drop('it left more than 4 MiB unread')
    if (this.#writeAll(pieces)) return
    this.#draining ??= this.#drained()
    return this.#draining
  }

  /** Returns whether there is room for more. */
  #writeAll(pieces: readonly (string | Uint8Array)[]): boolean {
    const [only] = pieces
    if (pieces.length === 1) return this.#response.write(only)
    let room = true
    this.#response.cork()
    for (const piece of pieces) room = this.#response.write(piece)
    this.#response.uncork()
    return room
  }

  #drained(): Promise<void> {
    return new Promise((resolve) => {
      const done = () => {
        clearTimeout(timer)
        this.#response.off('drain', done).off('close', done)
        this.#draining = undefined
        resolve()
      }
      const timer = setTimeout(() => this.#drop('it stopped reading for 15 s'), stallLimit)
      this.#response.once('drain', done).once('close', done)
    })
  }

  #drop(reason: string): void {
    this.#dropped(reason)
    this.#response.destroy()
  }
}

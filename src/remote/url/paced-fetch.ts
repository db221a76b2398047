import { isEventStream, remade } from './bounded-fetch.ts'

/** Fetches streams of events no faster than the messages in them are taken on. */
export class PacedFetch {
  readonly #fetch: typeof globalThis.fetch
  #untaken = 0
  #wake: (() => void)[] = []

  /** @param fetch what fetches them. */
  constructor(fetch: typeof globalThis.fetch) {
    this.#fetch = fetch
  }

  readonly fetch: typeof globalThis.fetch = async (input, init) => {
    const response = await this.#fetch(input, init)
    if (!isEventStream(response) || !response.body) return response
    const gate = new TransformStream<Uint8Array, Uint8Array>({
      transform: async (chunk, controller) => {
        await this.#allTaken()
        controller.enqueue(chunk)
      },
    })
    return remade(response, response.body.pipeThrough(gate))
  }

  /** A message has arrived, which is taken on once this is settled. */
  taking(taken: Promise<void> | void): void {
    if (!taken) return
    this.#untaken++
    const done = () => {
      this.#untaken--
      if (this.#untaken === 0) for (const wake of this.#wake.splice(0)) wake()
    }
    taken.then(done, done)
  }

  async #allTaken(): Promise<void> {
    if (this.#untaken > 0) await new Promise<void>((resolve) => this.#wake.push(resolve))
  }
}

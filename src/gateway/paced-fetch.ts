/** Fetches streams of events no faster than the messages in them are taken on. */
export class PacedFetch {
  #untaken = 0
  #wake: (() => void)[] = []

  readonly fetch: typeof globalThis.fetch = async (input, init) => {
    const response = await globalThis.fetch(input, init)
    const events = response.headers.get('content-type')?.startsWith('text/event-stream')
    if (!events || !response.body) return response
    const gate = new TransformStream<Uint8Array, Uint8Array>({
      transform: async (chunk, controller) => {
        await this.#allTaken()
        controller.enqueue(chunk)
      },
    })
    const paced = new Response(response.body.pipeThrough(gate), response)
    // A response that is made has no address, and where a redirect has led is of interest.
    for (const name of ['url', 'redirected'] as const) {
      Object.defineProperty(paced, name, { value: response[name] })
    }
    return paced
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

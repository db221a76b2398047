// Patches: `process.stderr.write`.
// Why: where a file has no server, its last words often say why.
// On: Node 20.19–26.
// Otherwise: the message that there is no server lacks its lines `stderr`.

type Write = typeof process.stderr.write

/** Records the last lines written to stderr, which are still written. */
export class StderrTail {
  readonly #original: Write = process.stderr.write
  #text = ''

  constructor() {
    const note = (chunk: unknown) => {
      const text = typeof chunk === 'string' ? chunk : Buffer.from(chunk as Uint8Array).toString()
      this.#text = (this.#text + text).slice(-2_000)
    }
    const original = this.#original
    process.stderr.write = function (this: typeof process.stderr, ...args: Parameters<Write>) {
      note(args[0])
      return original.apply(this, args)
    } as Write
  }

  get lines(): string[] {
    return this.#text.split('\n').filter((line) => line.trim() !== '')
  }

  finish(): void {
    process.stderr.write = this.#original
  }
}

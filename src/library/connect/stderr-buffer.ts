import type { Readable } from 'node:stream'

/** Characters kept of what a program says before it is connected. */
const limit = 16_384

/** What a started program says on stderr: kept until it is connected, for the error if it never is; then passed on. */
export class StderrBuffer {
  #text = ''
  #passing = false

  constructor(stderr: Readable) {
    stderr.setEncoding('utf8')
    stderr.on('data', (text: string) => {
      if (this.#passing) process.stderr.write(text)
      else this.#text = (this.#text + text).slice(-limit)
    })
  }

  passOn(): void {
    this.#passing = true
    process.stderr.write(this.#text)
    this.#text = ''
  }

  /** The lines so far, without the name our own runner puts first. */
  get lines(): string[] {
    const lines = this.#text.trim().split(/\r?\n/)
    return lines.map((line) => line.replace(/^fastmcp: /, '')).filter((line) => line !== '')
  }
}

import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { FunctionKind } from './instrument.ts'
import type { TracedProgram } from './traced-program.ts'

/** A function that was entered. */
export interface Entry {
  readonly id: string
  readonly process: string
  /** The file of `src` that the function is in. */
  readonly file: string
  readonly name: string
  readonly kind: FunctionKind
  /** The file that has called it; none when Node has, or a package, or the user's code. */
  readonly from: string | undefined
  /** The entry before this one of those that have led to it, also by way of a promise, a timer or an event. */
  readonly after: string
}

/** What the traced program writes, as it goes on. */
export class Trace {
  readonly #log: string
  readonly #dist: string
  /** Where the files of `src` begin in each file of the program, the last first. */
  readonly #starts = new Map<string, readonly { line: number; file: string | undefined }[]>()

  constructor({ log, dist }: TracedProgram) {
    this.#log = log
    this.#dist = dist
  }

  /** How much has happened so far. */
  get length(): number {
    return this.#lines().length
  }

  entries(): Entry[] {
    return this.#lines().map((line) => {
      const [process = '', id = '', after = '', file = '', name = '', kind, place = ''] = line.split('\t')
      const from = this.#fileAt(place)
      return { process, id, after, file, name, kind: kind as FunctionKind, from }
    })
  }

  #lines(): string[] {
    return readFileSync(this.#log, { encoding: 'utf8', flag: 'a+' }).split('\n').slice(0, -1)
  }

  #fileAt(place: string): string | undefined {
    if (place === '') return undefined
    const [bundle = '', line] = place.split(':')
    return this.#startsIn(bundle).find((start) => start.line < Number(line))?.file
  }

  #startsIn(bundle: string) {
    const known = this.#starts.get(bundle)
    if (known) return known
    // The bundler puts the path of each file above what it has of it.
    const lines = readFileSync(join(this.#dist, bundle), 'utf8').split('\n')
    const starts = lines.flatMap((text, index) => {
      const [, file] = /^\/\/ (\S+\/\S+\.\w+)$/.exec(text) ?? []
      return file ? [{ line: index + 1, file: /^src\/(.+)/.exec(file)?.[1] }] : []
    })
    starts.reverse()
    this.#starts.set(bundle, starts)
    return starts
  }
}

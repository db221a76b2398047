import { statSync } from 'node:fs'
import { readStamped, type Stamp } from './stamps.ts'

/**
 * Looks at the file system, and remembers what it has seen and where there was nothing: all of that decides what a
 * name means, and is looked at again before the answer is used another time.
 */
export class Lookup {
  /** What others have read has a stamp only when it is asked for. */
  readonly #stamps = new Map<string, Stamp | undefined>()
  readonly #absent = new Set<string>()

  /** Whether there is a file of this name. */
  isFile(path: string): boolean {
    const found = statSync(path, { throwIfNoEntry: false })?.isFile() ?? false
    if (found) this.#absent.delete(path)
    else this.#absent.add(path)
    return found
  }

  isFolder(path: string): boolean {
    return statSync(path, { throwIfNoEntry: false })?.isDirectory() ?? false
  }

  /** The bytes of a file, whose content counts from here on. */
  read(path: string): Buffer {
    const { bytes, stamp } = readStamped(path)
    this.#stamps.set(path, stamp)
    return bytes
  }

  /** A hash of what has been read of a file. */
  hashOf(path: string): string | undefined {
    return this.#stamps.get(path)?.hash
  }

  /** Lets a file count that somebody else has read, or found missing. */
  note(path: string, present: boolean): void {
    if (!present) this.#absent.add(path)
    else if (!this.#stamps.has(path)) this.#stamps.set(path, undefined)
  }

  /** Lets what was seen another time count too. */
  adopt(stamps: readonly Stamp[], absent: readonly string[]): void {
    for (const stamp of stamps) this.#stamps.set(stamp.path, stamp)
    for (const path of absent) this.#absent.add(path)
  }

  get stamps(): Stamp[] {
    return [...this.#stamps].flatMap(([path, stamp]) => stamp ?? stampNow(path))
  }

  get absent(): string[] {
    return [...this.#absent]
  }

  /** Every file that counts, whether or not it is there. */
  get paths(): string[] {
    return [...this.#stamps.keys(), ...this.#absent]
  }
}

/** Nothing for a file that has gone. */
function stampNow(path: string): Stamp | [] {
  try {
    return readStamped(path).stamp
  } catch {
    return []
  }
}

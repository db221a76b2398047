import { statSync } from 'node:fs'
import { readStamped, type Stamp } from './stamps.ts'

/**
 * Reads the file system, and records which files exist and which do not: all of these determine how specifiers resolve,
 * and are checked again before cached results are reused.
 */
export class Lookup {
  /** Files that others have read get their stamp lazily. */
  readonly #stamps = new Map<string, Stamp | undefined>()
  readonly #absent = new Set<string>()

  /** Whether a file exists. */
  isFile(path: string): boolean {
    const found = statSync(path, { throwIfNoEntry: false })?.isFile() ?? false
    if (found) this.#absent.delete(path)
    else this.#absent.add(path)
    return found
  }

  isFolder(path: string): boolean {
    return statSync(path, { throwIfNoEntry: false })?.isDirectory() ?? false
  }

  /** The bytes of a file, whose content becomes a dependency. */
  read(path: string): Buffer {
    const { bytes, stamp } = readStamped(path)
    this.#stamps.set(path, stamp)
    return bytes
  }

  /** The hash of a file's content as it was read. */
  hashOf(path: string): string | undefined {
    return this.#stamps.get(path)?.hash
  }

  /** Adds a dependency on a file that other code has read, or found missing. */
  note(path: string, present: boolean): void {
    if (!present) this.#absent.add(path)
    else if (!this.#stamps.has(path)) this.#stamps.set(path, undefined)
  }

  /** Adds the dependencies of an earlier run. */
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

  /** All dependencies, existing and missing. */
  get paths(): string[] {
    return [...this.#stamps.keys(), ...this.#absent]
  }
}

/** Empty for a file that no longer exists. */
function stampNow(path: string): Stamp | [] {
  try {
    return readStamped(path).stamp
  } catch {
    return []
  }
}

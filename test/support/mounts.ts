import { spawnSync } from 'node:child_process'
import { closeSync, mkdirSync, openSync, writeSync } from 'node:fs'

/** A disk of its own, where this user may mount one; nothing elsewhere. */
export class SmallDisk implements Disposable {
  readonly path: string

  private constructor(path: string) {
    this.path = path
  }

  /** @param folder where it is to be; made here. */
  static at(folder: string): SmallDisk | undefined {
    if (process.platform !== 'linux' || process.getuid?.() !== 0) return undefined
    mkdirSync(folder, { recursive: true })
    const mounted = spawnSync('mount', ['-t', 'tmpfs', '-o', 'size=1m,mode=1777', 'tmpfs', folder])
    return mounted.status === 0 ? new SmallDisk(folder) : undefined
  }

  /** Leaves no byte. */
  fill(): this {
    const file = openSync(`${this.path}/fill`, 'w')
    try {
      for (const piece of [4096, 1]) while (true) if (!wrote(file, piece)) break
    } finally {
      closeSync(file)
    }
    return this
  }

  makeReadOnly(): this {
    spawnSync('mount', ['-o', 'remount,ro', this.path])
    return this
  }

  [Symbol.dispose](): void {
    spawnSync('umount', ['--lazy', this.path])
  }
}

function wrote(file: number, bytes: number): boolean {
  try {
    return writeSync(file, Buffer.alloc(bytes)) > 0
  } catch {
    return false
  }
}

import type { FileHandle } from 'node:fs/promises'
import type { Span } from './log-index.ts'

/** A line to be written, and who wants to know what became of it. */
export interface Write {
  readonly bytes: Buffer
  /** It is in the file. */
  written(span: Span): void
  /** It is not, and will not be. */
  lost(): void
}

/**
 * A file that lines are appended to, one batch at a time. What has been written outlives the process, however that
 * ends; what only a part of could be written is taken back, so that the next line begins where it should.
 */
export class LogFile {
  #handle: FileHandle
  #end: number
  #queue: Write[] = []
  #batch: Promise<void> | undefined
  #turn: Promise<void> = Promise.resolve()
  readonly #failed: (error: unknown) => void

  /**
   * @param end where the next line begins.
   * @param failed is told why a batch could not be written, before its writes are.
   */
  constructor(handle: FileHandle, end: number, failed: (error: unknown) => void) {
    this.#handle = handle
    this.#end = end
    this.#failed = failed
  }

  get size(): number {
    return this.#end
  }

  /** Resolves once the line is written, or is known not to be. */
  append(write: Write): Promise<void> {
    this.#queue.push(write)
    this.#batch ??= this.#inTurn(() => this.#writeBatch())
    return this.#batch
  }

  /** What a line says, with its end; after everything that was appended before. */
  async read(span: () => readonly Span[]): Promise<Buffer[]> {
    const found: Buffer[] = []
    await this.#inTurn(async () => {
      for (const { at, bytes } of span()) found.push(await readAt(this.#handle, at, bytes))
    })
    return found
  }

  /** Puts another file in its place, once that has been made of this one. Nothing is written meanwhile. */
  replace(
    make: (from: FileHandle) => Promise<{ handle: FileHandle; end: number } | undefined>,
  ): Promise<void> {
    return this.#inTurn(async () => {
      const made = await make(this.#handle)
      if (!made) return
      await this.#handle.close().catch(() => undefined)
      this.#handle = made.handle
      this.#end = made.end
    })
  }

  /** Once everything is on the disk. */
  close(): Promise<void> {
    return this.#inTurn(async () => {
      await this.#handle.datasync().catch(() => undefined)
      await this.#handle.close()
    })
  }

  /** One thing at a time, in order. What fails is the one's that asked for it, and holds up nobody. */
  #inTurn(act: () => Promise<void>): Promise<void> {
    const done = this.#turn.then(act)
    this.#turn = done.catch(() => undefined)
    return done
  }

  async #writeBatch(): Promise<void> {
    const batch = this.#queue
    this.#queue = []
    this.#batch = undefined
    try {
      await writeAt(this.#handle, this.#end, Buffer.concat(batch.map(({ bytes }) => bytes)))
    } catch (error) {
      await this.#handle.truncate(this.#end).catch(() => undefined)
      this.#failed(error)
      for (const write of batch) write.lost()
      return
    }
    for (const write of batch) {
      const span = { at: this.#end, bytes: write.bytes.length }
      this.#end += span.bytes
      write.written(span)
    }
  }
}

/** Reads so many bytes; fewer at the end of the file. */
export async function readAt(handle: FileHandle, at: number, bytes: number): Promise<Buffer> {
  const buffer = Buffer.allocUnsafe(bytes)
  let done = 0
  while (done < bytes) {
    const { bytesRead } = await handle.read(buffer, done, bytes - done, at + done)
    if (bytesRead === 0) break
    done += bytesRead
  }
  return buffer.subarray(0, done)
}

/** @throws the system's own error, when only a part may have been written. */
export async function writeAt(handle: FileHandle, at: number, bytes: Buffer): Promise<void> {
  for (let done = 0; done < bytes.length; ) {
    const { bytesWritten } = await handle.write(bytes, done, bytes.length - done, at + done)
    done += bytesWritten
  }
}

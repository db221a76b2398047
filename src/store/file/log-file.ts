import type { FileHandle } from 'node:fs/promises'
import type { Span } from './log-index.ts'

/** A line to write, with callbacks for the outcome. */
export interface Write {
  readonly bytes: Buffer
  /** Called when it is in the file. */
  written(span: Span): void
  /** Called when it could not be written. */
  lost(): void
}

/**
 * An append-only file of lines, written in batches. Written lines survive any end of the process; a partial write is
 * rolled back, so that the next line starts at the right position.
 */
export class LogFile {
  #handle: FileHandle
  #end: number
  #queue: Write[] = []
  #batch: Promise<void> | undefined
  #turn: Promise<void> = Promise.resolve()
  readonly #failed: (error: unknown) => void

  /**
   * @param end the position of the next line.
   * @param failed is called with the reason of a failed batch, before the callbacks of its writes.
   */
  constructor(handle: FileHandle, end: number, failed: (error: unknown) => void) {
    this.#handle = handle
    this.#end = end
    this.#failed = failed
  }

  get size(): number {
    return this.#end
  }

  /** Resolves once the line is written or has failed. */
  append(write: Write): Promise<void> {
    this.#queue.push(write)
    this.#batch ??= this.#inTurn(() => this.#writeBatch())
    return this.#batch
  }

  /** Reads lines including their newlines, after all pending appends. */
  async read(span: () => readonly Span[]): Promise<Buffer[]> {
    const found: Buffer[] = []
    await this.#inTurn(async () => {
      for (const { at, bytes } of span()) found.push(await readAt(this.#handle, at, bytes))
    })
    return found
  }

  /** Replaces it with another file that is made from it. Nothing is written meanwhile. */
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

  /** Closes it once everything is on disk. */
  close(): Promise<void> {
    return this.#inTurn(async () => {
      await this.#handle.datasync().catch(() => undefined)
      await this.#handle.close()
    })
  }

  /** Runs actions in sequence. A failure rejects only its own promise, and does not block the next. */
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

/** Reads that many bytes; fewer at the end of the file. */
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

/** @throws the system's own error; the write may be partial then. */
export async function writeAt(handle: FileHandle, at: number, bytes: Buffer): Promise<void> {
  for (let done = 0; done < bytes.length; ) {
    const { bytesWritten } = await handle.write(bytes, done, bytes.length - done, at + done)
    done += bytesWritten
  }
}

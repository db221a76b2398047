import type { FileHandle } from 'node:fs/promises'
import { isRecord } from '../../protocol/jsonrpc.ts'
import { CliError, codeOf } from '../../terminal/errors.ts'
import type { LogLevel } from '../../terminal/output.ts'
import { newProcessName, sessionKey } from '../session-key.ts'
import type { SessionRecord, Store, StoredSession } from '../store.ts'
import { compactLog, removeDraft, worthCompacting } from './compact-log.ts'
import { FileLock } from './file-lock.ts'
import { loadLog } from './load-log.ts'
import { LogFile } from './log-file.ts'
import { type Indexed, LogIndex } from './log-index.ts'
import { header, type Line, lineOf, readLine, valueIn } from './log-line.ts'
import { cannotOpen } from './open-file.ts'

export interface FileStoreOptions {
  readonly path: string
  /** Maximum number of stored sessions. */
  readonly maxSessions: number
  /** Seconds after which an unused session expires. */
  readonly expiry: number
  readonly log: (level: Exclude<LogLevel, 'silent'>, message: string) => void
}

/** Maximum live bytes; sessions idle longest are evicted first. */
const liveLimit = 256 * 1024 * 1024

/** Milliseconds between retries after a failed write, with back-off: each retry writes everything. */
const retries = { first: 1_000, last: 10_000 }

/** Stores sessions in one file that this process owns: an append-only log, which is compacted when worthwhile. */
export class FileStore implements Store {
  readonly processName = newProcessName()
  readonly #options: FileStoreOptions
  readonly #index: LogIndex
  readonly #file: LogFile
  readonly #restored: (() => Promise<unknown>)[] = []
  /** Sessions that ended while nothing could be written. */
  readonly #unsaid = new Set<string>()
  #lock: FileLock | undefined
  /** Whether writing is suspended, temporarily or permanently. */
  #failing: 'for now' | 'for good' | undefined
  #retry: NodeJS.Timeout | undefined
  #retryAfter: number = retries.first
  /**
   * Whether the failure was logged: an almost full disk fails and recovers repeatedly, which is one failure to the
   * reader.
   */
  #failureSaid = false
  /** The file size at which to check again whether compacting is worthwhile. */
  #compactFrom = 0

  /**
   * @throws CliError (exit 2) when the file is not a store; (exit 4) when another process has locked it, or it cannot
   * be opened.
   */
  static async open(options: FileStoreOptions): Promise<FileStore> {
    const index = new LogIndex({ sessions: options.maxSessions, bytes: liveLimit })
    let store: FileStore | undefined
    const { path } = options
    const lost = () => store?.loseLock()
    const lock = await FileLock.take(path, lost).catch((error: unknown) => unlessFull(error, path))
    try {
      store = new FileStore(options, index, lock, await loadLog(options, index))
    } catch (error) {
      lock?.release()
      throw error
    }
    await store.#begin()
    return store
  }

  private constructor(
    options: FileStoreOptions,
    index: LogIndex,
    lock: FileLock | undefined,
    { handle, end }: { handle: FileHandle; end: number },
  ) {
    this.#options = options
    this.#index = index
    this.#lock = lock
    this.#file = new LogFile(handle, end, (error) => this.#fail(codeOf(error)))
    index.expire(seconds() - options.expiry)
  }

  async load(key: string): Promise<StoredSession | undefined> {
    if (!this.#current(key)) return undefined
    const [record, ...texts] = await this.#file.read(() => {
      const known = this.#current(key)
      return known ? [known.record, ...known.texts.values()] : []
    })
    const value = record && keptIn(record, key)
    if (!isRecord(value) || !isRecord(value.initialize)) return undefined
    return {
      record: value as unknown as SessionRecord,
      state: texts.map((line) => keptIn(line, key)).filter(isPair),
    }
  }

  save(key: string, record: SessionRecord): Promise<void> {
    return this.#say({ kind: 'session', seconds: seconds(), key }, record)
  }

  keep(key: string, name: string, text: string | undefined): Promise<void> {
    const about = { key, name: sessionKey(name) }
    return text === undefined
      ? this.#say({ kind: 'forgotten', ...about })
      : this.#say({ kind: 'text', ...about }, [name, text])
  }

  renew(keys: readonly string[]): void {
    this.#index.expire(seconds() - this.#options.expiry)
    if (keys.length > 0) void this.#say({ kind: 'renewed', seconds: seconds(), keys })
  }

  remove(key: string): Promise<void> {
    // Immediately, so that it cannot be loaded meanwhile.
    this.#index.end(key)
    if (this.#failing === 'for now') this.#unsaid.add(key)
    return this.#say({ kind: 'ended', key }, undefined, () => this.#unsaid.add(key))
  }

  onRestored(listener: () => Promise<unknown>): void {
    this.#restored.push(listener)
  }

  get failing(): boolean {
    return this.#failing !== undefined
  }

  async close(): Promise<void> {
    clearTimeout(this.#retry)
    this.#retry = undefined
    await this.#file.close().catch(() => undefined)
    this.#lock?.release()
  }

  /** Another process has the file now, and writing could corrupt it. */
  loseLock(): void {
    this.#failing = 'for good'
    clearTimeout(this.#retry)
    this.#say = () => Promise.resolve()
    this.#options.log(
      'error',
      `--store: another server has taken over ${this.#options.path}, so this one no longer writes to it`,
    )
  }

  async #begin(): Promise<void> {
    if (!this.#lock) return this.#fail('no lock')
    removeDraft(this.#options.path)
    if (this.#file.size === 0) await this.#append(Buffer.from(header))
    await this.#compactIfWorth()
  }

  #current(key: string): Indexed | undefined {
    const known = this.#index.sessions.get(key)
    return known && known.seen >= seconds() - this.#options.expiry ? known : undefined
  }

  #say = async (line: Line, value?: unknown, lost: () => void = () => undefined): Promise<void> => {
    if (this.#failing) return
    if ('key' in line && line.kind !== 'ended' && this.#index.hasEnded(line.key)) return
    await this.#append(lineOf(line, value), line, lost)
    if (this.#file.size > this.#compactFrom) void this.#compactIfWorth()
  }

  #append(bytes: Buffer, line?: Line, lost: () => void = () => undefined): Promise<void> {
    const written = (span: { at: number; bytes: number }) => line && this.#index.add(line, span)
    return this.#file.append({ bytes, written, lost })
  }

  async #compactIfWorth(): Promise<void> {
    if (this.#failing || !worthCompacting(this.#file.size, this.#index)) return
    this.#compactFrom = Number.POSITIVE_INFINITY
    const compact = (from: FileHandle) => compactLog(from, this.#options.path, this.#index)
    await this.#file
      .replace(async (from) => (this.#lock?.held ? compact(from) : undefined))
      .catch(() => {
        // Without space for both files, the old one stays in use.
      })
    this.#compactFrom = this.#file.size * 1.5
  }

  #fail(why: string | undefined): void {
    this.#failing ??= 'for now'
    if (!this.#failureSaid) {
      this.#failureSaid = true
      this.#options.log(
        'warning',
        `--store: ${this.#options.path} cannot be written (${why ?? 'unknown reason'}). Sessions go on, but a restart would not know what has changed since. Make room, or check the disk.`,
      )
    }
    if (this.#retry || this.#failing === 'for good') return
    this.#retry = setTimeout(() => void this.#tryAgain(), this.#retryAfter).unref()
    this.#retryAfter = Math.min(this.#retryAfter * 2, retries.last)
  }

  async #tryAgain(): Promise<void> {
    this.#retry = undefined
    if (this.#failing !== 'for now') return
    this.#lock ??= await FileLock.take(this.#options.path, () => this.loseLock()).catch(() => undefined)
    let missing = !this.#lock
    const append = (bytes: Buffer, line?: Line) =>
      this.#file.append({
        bytes,
        written: (span) => line && this.#index.add(line, span),
        lost: () => {
          missing = true
        },
      })
    if (this.#lock && this.#file.size === 0) await append(Buffer.from(header))
    const ended = [...this.#unsaid]
    for (const key of missing ? [] : ended)
      void append(lineOf({ kind: 'ended', key }), { kind: 'ended', key })
    if (!missing) await append(lineOf({ kind: 'renewed', seconds: seconds(), keys: [] }))
    if (missing) return this.#fail(undefined)
    for (const key of ended) this.#unsaid.delete(key)
    this.#failing = undefined
    await Promise.all(this.#restored.map((listener) => listener()))
    if (this.#failing) return
    this.#failureSaid = false
    this.#retryAfter = retries.first
    this.#options.log('info', `--store: ${this.#options.path} is written again`)
  }
}

/** On a full disk, where not even a lock can be written, the file can still be read. */
function unlessFull(error: unknown, path: string): undefined {
  if (error instanceof CliError) throw error
  const full = ['ENOSPC', 'EDQUOT', 'EROFS'].includes(codeOf(error) ?? '')
  if (!full) throw cannotOpen(path, error)
}

const seconds = () => Math.floor(Date.now() / 1000)

/** The value of a line; undefined if it has changed on disk since the file was read. */
function keptIn(line: Buffer, key: string): unknown {
  const bare = line.subarray(0, -1)
  const read = readLine(bare)
  return read && 'key' in read && read.key === key ? valueIn(bare) : undefined
}

const isPair = (value: unknown): value is [string, string] =>
  Array.isArray(value) && value.length === 2 && value.every((one) => typeof one === 'string')

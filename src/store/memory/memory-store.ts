import { now } from '../../process/clock.ts'
import { newProcessName } from '../session-key.ts'
import type { SessionRecord, Store, StoredSession } from '../store.ts'

export interface MemoryStoreOptions {
  /** Maximum number of sessions; the one idle longest is evicted first. */
  readonly maxSessions: number
  /** Seconds after which an unused session expires. */
  readonly expiry: number
  /** Called for each session that is evicted or expires without having ended. */
  readonly onForgotten?: (key: string) => void
}

interface Kept {
  record: SessionRecord
  readonly state: Map<string, string>
  seen: number
  bytes: number
}

/** Maximum characters in total. */
const budget = 256 * 1024 * 1024

/** Maximum number of ended sessions that are remembered, so that late writes cannot revive them. */
const endedLimit = 10_000

/** Stores sessions in this process, on behalf of workers that come and go. */
export class MemoryStore implements Store {
  readonly processName = newProcessName()
  readonly #options: MemoryStoreOptions
  /** The one idle longest comes first. */
  readonly #sessions = new Map<string, Kept>()
  readonly #ended = new Set<string>()
  #bytes = 0

  constructor(options: MemoryStoreOptions) {
    this.#options = options
  }

  load(key: string): Promise<StoredSession | undefined> {
    const kept = this.#sessions.get(key)
    if (kept && kept.seen < now() - this.#options.expiry * 1000) this.#drop(key)
    const found = this.#sessions.get(key)
    return Promise.resolve(found && { record: found.record, state: [...found.state] })
  }

  save(key: string, record: SessionRecord): Promise<void> {
    if (this.#ended.has(key)) return Promise.resolve()
    const kept = this.#sessions.get(key) ?? { record, state: new Map(), seen: 0, bytes: 0 }
    const bytes = JSON.stringify(record).length - (kept.bytes > 0 ? JSON.stringify(kept.record).length : 0)
    kept.record = record
    this.#sessions.set(key, kept)
    this.#weigh(kept, bytes)
    this.#seen(key, kept)
    this.#shrink()
    return Promise.resolve()
  }

  keep(key: string, name: string, text: string | undefined): Promise<void> {
    const kept = this.#sessions.get(key)
    if (!kept) return Promise.resolve()
    const before = kept.state.get(name)
    if (before !== undefined) this.#weigh(kept, -name.length - before.length)
    kept.state.delete(name)
    if (text !== undefined) {
      kept.state.set(name, text)
      this.#weigh(kept, name.length + text.length)
    }
    this.#seen(key, kept)
    this.#shrink()
    return Promise.resolve()
  }

  /** All stored sessions. */
  *all(): Generator<StoredSession & { key: string }> {
    for (const [key, { record, state }] of this.#sessions) yield { key, record, state: [...state] }
  }

  renew(keys: readonly string[]): void {
    for (const key of keys) {
      const kept = this.#sessions.get(key)
      if (kept) this.#seen(key, kept)
    }
    this.#expire()
  }

  remove(key: string): Promise<void> {
    this.#drop(key)
    this.#ended.add(key)
    const [oldest] = this.#ended
    if (this.#ended.size > endedLimit && oldest !== undefined) this.#ended.delete(oldest)
    return Promise.resolve()
  }

  onRestored(): void {
    // Memory never fails.
  }

  close(): Promise<void> {
    return Promise.resolve()
  }

  #seen(key: string, kept: Kept): void {
    kept.seen = now()
    this.#sessions.delete(key)
    this.#sessions.set(key, kept)
  }

  #weigh(kept: Kept, more: number): void {
    kept.bytes += more
    this.#bytes += more
  }

  #forget(key: string): void {
    this.#drop(key)
    this.#options.onForgotten?.(key)
  }

  #drop(key: string): void {
    this.#bytes -= this.#sessions.get(key)?.bytes ?? 0
    this.#sessions.delete(key)
  }

  #expire(): void {
    const oldest = now() - this.#options.expiry * 1000
    for (const [key, { seen }] of this.#sessions) {
      if (seen >= oldest) return
      this.#forget(key)
    }
  }

  #shrink(): void {
    while (this.#sessions.size > this.#options.maxSessions || this.#bytes > budget) {
      const [oldest] = this.#sessions.keys()
      if (oldest === undefined) return
      this.#forget(oldest)
    }
  }
}

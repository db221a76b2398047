import type { Line } from './log-line.ts'

/** The position of a line in the file, including its newline. */
export interface Span {
  readonly at: number
  readonly bytes: number
}

/** The lines of one session. */
export interface Indexed {
  record: Span
  /** When it was last used, as far as is known, in seconds since 1970. */
  seen: number
  /** Its state texts, by hashed name. */
  readonly texts: Map<string, Span>
}

/** The limits of a store. */
export interface Bounds {
  readonly sessions: number
  /** Bytes of live lines, those that were not replaced. */
  readonly bytes: number
}

/** Maximum number of ended sessions that are remembered, so that late writes cannot revive them. */
const endedLimit = 10_000

/** The positions of all live lines in a file, which are read on demand. */
export class LogIndex {
  /** The one idle longest comes first. */
  readonly sessions = new Map<string, Indexed>()
  readonly #ended = new Set<string>()
  readonly #bounds: Bounds
  #live = 0

  constructor(bounds: Bounds) {
    this.#bounds = bounds
  }

  /** Bytes of live lines, those that were not replaced. */
  get live(): number {
    return this.#live
  }

  /** Adds a line that is in the file. */
  add(line: Line, span: Span): void {
    if (line.kind === 'renewed') for (const key of line.keys) this.#see(key, line.seconds)
    else if (line.kind === 'ended') this.end(line.key)
    else if (line.kind === 'session') this.#save(line.key, span, line.seconds)
    else this.#keep(line.key, line.name, line.kind === 'text' ? span : undefined)
  }

  hasEnded(key: string): boolean {
    return this.#ended.has(key)
  }

  end(key: string): void {
    this.#drop(key)
    this.#ended.add(key)
    if (this.#ended.size <= endedLimit) return
    for (const oldest of this.#ended) return void this.#ended.delete(oldest)
  }

  /** Removes sessions that were not used since a time, in seconds since 1970. */
  expire(before: number): void {
    for (const [key, { seen }] of this.sessions) if (seen < before) this.#drop(key)
  }

  #save(key: string, record: Span, seconds: number): void {
    if (this.#ended.has(key)) return
    const known = this.sessions.get(key)
    this.#live += record.bytes - (known?.record.bytes ?? 0)
    this.sessions.delete(key)
    this.sessions.set(key, { record, seen: seconds, texts: known?.texts ?? new Map() })
    this.#shrink(key)
  }

  #keep(key: string, name: string, span: Span | undefined): void {
    const texts = this.sessions.get(key)?.texts
    if (!texts) return
    this.#live += (span?.bytes ?? 0) - (texts.get(name)?.bytes ?? 0)
    if (span) texts.set(name, span)
    else texts.delete(name)
    this.#shrink(key)
  }

  #see(key: string, seconds: number): void {
    const known = this.sessions.get(key)
    if (!known) return
    known.seen = seconds
    this.sessions.delete(key)
    this.sessions.set(key, known)
  }

  #shrink(newest: string): void {
    for (const key of this.sessions.keys()) {
      const within = this.sessions.size <= this.#bounds.sessions && this.#live <= this.#bounds.bytes
      if (within || key === newest) return
      this.#drop(key)
    }
  }

  #drop(key: string): void {
    const known = this.sessions.get(key)
    if (!known) return
    this.sessions.delete(key)
    this.#live -= known.record.bytes
    for (const { bytes } of known.texts.values()) this.#live -= bytes
  }
}

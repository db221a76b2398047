/** What a process knows of a session that it holds. */
export interface Held {
  /** How often its record and its state had been written when this process last knew all of it. */
  seen: number
  /** Whether something of it has been said that could not be kept. */
  dirty: boolean
  /** Names of values of its state that could not be kept. */
  readonly unsaid: Set<string>
  /** By the name of each value of its state, the write by which this process goes. */
  readonly values: Map<string, number>
}

/** The sessions of this process, by key. */
export class HeldSessions extends Map<string, Held> {
  held(key: string): Held {
    const held = this.get(key) ?? { seen: 0, dirty: false, unsaid: new Set<string>(), values: new Map() }
    this.set(key, held)
    return held
  }

  /** A write of this process's own; those of others in between it has been told of. */
  wrote(key: string, count: unknown): void {
    const held = this.get(key)
    if (held) held.seen = Math.max(held.seen, Number(count))
  }

  /**
   * Something could not be kept, and has to be written once that works again.
   * @param name of the value of its state, if it was one.
   */
  missed(key: string, name?: string): void {
    const held = this.held(key)
    held.dirty = true
    if (name !== undefined) held.unsaid.add(name)
    // Whoever has not heard of it knows less, and must not undo it.
    held.seen++
  }
}

/** What this process knows about a session that it holds. */
export interface Held {
  /** The write count of its record and state up to which this process knows everything. */
  seen: number
  /** Whether a change of its record could not be stored. */
  dirty: boolean
  /** Names of state values that could not be stored. */
  readonly unsaid: Set<string>
  /** For each state value, the number of the write that this process has applied. */
  readonly values: Map<string, number>
}

/** The sessions of this process, by key. */
export class HeldSessions extends Map<string, Held> {
  held(key: string): Held {
    const held = this.get(key) ?? { seen: 0, dirty: false, unsaid: new Set<string>(), values: new Map() }
    this.set(key, held)
    return held
  }

  /** Records a write of this process; it has been notified of others' writes in between. */
  wrote(key: string, count: unknown): void {
    const held = this.get(key)
    if (held) held.seen = Math.max(held.seen, Number(count))
  }

  /**
   * Records that a change could not be stored, and must be written again later.
   * @param name the state value, if it was one.
   */
  missed(key: string, name?: string): void {
    const held = this.held(key)
    held.dirty = true
    if (name !== undefined) held.unsaid.add(name)
    // A process that has not received this change must not undo it.
    held.seen++
  }
}

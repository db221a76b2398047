/** The keys of one session. The braces put them into the same cluster slot. */
export interface SessionKeys {
  /** The session record, as a hash. */
  readonly record: string
  /** The state of user code. */
  readonly state: string
  /** The processes that hold it. */
  readonly holders: string
  /** Texts waiting for the client's GET stream, and the process that has that stream. */
  readonly texts: string
  readonly home: string
  /** The process that owns it, if there is one. */
  readonly owner: string
  /** Exists if it has ended. */
  readonly ended: string
}

/** The names of everything in Redis. */
export class RedisKeys {
  readonly #prefix: string
  /** The stream of changes that concern all sessions. */
  readonly changes: string
  /** Detects a flush: it exists as long as the store was not flushed, or while it is being restored. */
  readonly epoch: string
  readonly filling: string
  /** The offer digest of each process, by name. */
  readonly offers: string
  /** The channel that all listen to. */
  readonly all: string

  constructor(prefix: string) {
    this.#prefix = prefix
    this.changes = `${prefix}changes`
    this.epoch = `${prefix}epoch`
    this.filling = `${prefix}filling`
    this.offers = `${prefix}offers`
    this.all = `${prefix}all`
  }

  session(key: string): SessionKeys {
    const named = (what: string) => `${this.#prefix}{${key}}:${what}`
    return {
      record: named('s'),
      state: named('x'),
      holders: named('o'),
      texts: named('q'),
      home: named('h'),
      owner: named('w'),
      ended: named('d'),
    }
  }

  /** Exists while a process is alive. */
  lease(name: string): string {
    return `${this.#prefix}r:${name}`
  }

  /** The channel of one process. */
  channel(name: string): string {
    return `${this.#prefix}c:${name}`
  }
}

/** The keys of one session: in one slot of a cluster, because of the braces. */
export interface SessionKeys {
  /** What the client has said, field by field. */
  readonly record: string
  /** What user code keeps with it. */
  readonly state: string
  /** The processes that hold it. */
  readonly holders: string
  /** What waits for the stream that its client opens with GET, and which process has that stream. */
  readonly texts: string
  readonly home: string
  /** The process that alone serves it, where one does. */
  readonly owner: string
  /** That it has ended. */
  readonly ended: string
}

/** The names of everything in Redis. */
export class RedisKeys {
  readonly #prefix: string
  /** What changes for all sessions, in order. */
  readonly changes: string
  /** There for as long as nobody has emptied the store; and for a while after it was, while it is filled again. */
  readonly epoch: string
  readonly filling: string
  /** What each process offers, by its name. */
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

  /** Says that a process lives. */
  lease(name: string): string {
    return `${this.#prefix}r:${name}`
  }

  /** The channel of one process. */
  channel(name: string): string {
    return `${this.#prefix}c:${name}`
  }
}

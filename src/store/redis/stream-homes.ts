import type { Missed } from '../siblings.ts'
import type { RedisLink } from './link/redis-link.ts'
import type { RedisBus } from './redis-bus.ts'
import type { RedisChanges } from './redis-changes.ts'
import type { RedisKeys } from './redis-keys.ts'
import type { Seal } from './seal.ts'

/** Maximum texts waiting for one stream. */
const limit = 1_000

interface Home {
  /** The last text that was fetched here. */
  last: string
  /** Texts that were fetched but not sent yet. */
  readonly given: string[]
  taking: Promise<void>
}

type Entries = [at: string, fields: string[]][]

interface HomeParts {
  readonly link: RedisLink
  readonly keys: RedisKeys
  readonly bus: RedisBus
  readonly seal: Seal
  readonly changes: RedisChanges
  readonly expiry: number
}

/**
 * Delivers texts for a client's GET stream to the process that has it. They stay in Redis until they are sent, so that
 * nothing is lost with a process; the newest stream wins.
 */
export class StreamHomes {
  readonly #parts: HomeParts
  readonly #here = new Map<string, Home>()
  /** Sends texts on a stream of this process. */
  deliver: (key: string, texts: readonly string[]) => void = () => undefined

  constructor(parts: HomeParts) {
    this.#parts = parts
    parts.bus.on('more', (_, [key]) => this.#more(String(key)))
  }

  async post(key: string, text: string): Promise<void> {
    const { link, keys, bus, seal, expiry } = this.#parts
    const { texts, home } = keys.session(key)
    try {
      const [, , found] = await link.all((multi) =>
        multi
          .xadd(texts, 'MAXLEN', '~', limit, '*', 't', seal.close(text, texts))
          .expire(texts, expiry)
          .get(home),
      )
      if (found === bus.name) this.#more(key)
      else if (typeof found === 'string') await bus.tell(found, 'more', key)
    } catch {
      // Without Redis it cannot be delivered.
    }
  }

  async carry(key: string): Promise<Missed> {
    const here: Home = { last: '0', given: [], taking: Promise.resolve() }
    this.#here.set(key, here)
    const carried = this.#carry(key, here)
    // New texts are fetched after that, or they would be sent twice and out of order.
    here.taking = carried.then(() => undefined)
    return carried
  }

  async #carry(key: string, here: Home): Promise<Missed> {
    const { link, keys, bus, seal, changes, expiry } = this.#parts
    const { texts, home, record } = keys.session(key)
    try {
      const [before, , since, , found] = await link.all((multi) =>
        multi
          .getset(home, bus.name)
          .expire(home, expiry)
          .hget(record, 'c')
          .expire(record, expiry)
          .xrange(texts, '-', '+'),
      )
      if (typeof before === 'string' && before !== bus.name) await bus.tell(before, 'moved', key)
      const missed = typeof since === 'string' ? await changes.since(since) : []
      return { texts: this.#taken(here, found as Entries, seal, texts), changes: missed }
    } catch {
      return { texts: [], changes: [] }
    } finally {
      void this.#noteChanges(key)
    }
  }

  sent(key: string, count: number): void {
    const { link, keys } = this.#parts
    const done = this.#here.get(key)?.given.splice(0, count) ?? []
    if (done.length > 0)
      void link.each((pipeline) => pipeline.xdel(keys.session(key).texts, ...done)).catch(() => undefined)
  }

  /** The stream has ended: its client is notified of further changes when it opens another. */
  dropped(key: string): void {
    if (this.#here.delete(key)) void this.#noteChanges(key)
  }

  /** The stream or its session has moved to another process. */
  left(key: string): void {
    this.#here.delete(key)
  }

  /**
   * After a recovery: claims the streams of this process again, even if others were recorded as their home meanwhile.
   */
  async again(): Promise<void> {
    const { link, keys, bus, expiry } = this.#parts
    for (const key of this.#here.keys()) {
      const { home } = keys.session(key)
      await link.each((pipeline) => pipeline.set(home, bus.name, 'EX', expiry))
      this.#more(key)
    }
  }

  /** Fetches new texts, one fetch at a time. */
  #more(key: string): void {
    const here = this.#here.get(key)
    if (!here) return
    const { link, keys, seal } = this.#parts
    const { texts } = keys.session(key)
    here.taking = here.taking
      .then(async () => {
        const [found] = await link.each((pipeline) => pipeline.xrange(texts, `(${here.last}`, '+'))
        const taken = this.#taken(here, found as Entries, seal, texts)
        if (taken.length > 0 && this.#here.get(key) === here) this.deliver(key, taken)
      })
      .catch(() => undefined)
  }

  #taken(here: Home, found: Entries, seal: Seal, about: string): string[] {
    const news = found.filter(([at]) => !here.given.includes(at))
    for (const [at] of news) here.given.push(at)
    here.last = found.at(-1)?.[0] ?? here.last
    return news.map(([, [, sealed = '']]) => seal.open(sealed, about))
  }

  async #noteChanges(key: string): Promise<void> {
    const { link, keys, changes } = this.#parts
    const { record } = keys.session(key)
    const note = changes.last
    await link
      .all((multi) => multi.hset(record, 'c', note).expire(record, this.#parts.expiry))
      .catch(() => undefined)
  }
}

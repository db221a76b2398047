import type { Missed } from '../siblings.ts'
import type { RedisLink } from './link/redis-link.ts'
import type { RedisBus } from './redis-bus.ts'
import type { RedisChanges } from './redis-changes.ts'
import type { RedisKeys } from './redis-keys.ts'
import type { Seal } from './seal.ts'

/** Texts that wait for one stream at most. */
const limit = 1_000

interface Home {
  /** The last text that was taken here. */
  last: string
  /** What was taken, and has not been sent yet. */
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
 * Brings what is for the stream that a client opens with GET to where that is: it waits in Redis until it was sent, so
 * that nothing is lost with a process, and the newest stream wins.
 */
export class StreamHomes {
  readonly #parts: HomeParts
  readonly #here = new Map<string, Home>()
  /** What takes texts for a stream that is here. */
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
      // What cannot be kept cannot be brought.
    }
  }

  async carry(key: string): Promise<Missed> {
    const here: Home = { last: '0', given: [], taking: Promise.resolve() }
    this.#here.set(key, here)
    const carried = this.#carry(key, here)
    // What comes meanwhile is taken after that, or it would come twice, and sooner.
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

  /** What changes from now on its client is told when it opens another. */
  dropped(key: string): void {
    if (this.#here.delete(key)) void this.#noteChanges(key)
  }

  /** It is elsewhere now, or the session is. */
  left(key: string): void {
    this.#here.delete(key)
  }

  /** Redis works again: the streams that are here are here, whoever was told meanwhile that they are elsewhere. */
  async again(): Promise<void> {
    const { link, keys, bus, expiry } = this.#parts
    for (const key of this.#here.keys()) {
      const { home } = keys.session(key)
      await link.each((pipeline) => pipeline.set(home, bus.name, 'EX', expiry))
      this.#more(key)
    }
  }

  /** Takes what is new, one time after the other. */
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

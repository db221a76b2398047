import { setTimeout as pause } from 'node:timers/promises'
import { digestOf } from '../../protocol/digest.ts'
import type { Change, ServerSource } from '../../protocol/source.ts'
import { kindOf, kindsOf, type ListKind, type Seen } from '../../sessions/persistence/seen-lists.ts'
import type { SessionPersistence } from '../../sessions/persistence/session-persistence.ts'
import { listedOffer } from './listed-offer.ts'

/**
 * Seconds within which earlier listeners are expected to return: later listeners have already seen the current lists.
 */
const returnLimit = 120

/** Milliseconds between attempts to read the previous offer from a failing store, and the number of attempts. */
const again = { after: 3_000, tries: 10 } as const

/**
 * What has changed since the previous process, for clients that listen without a session. Their streams ended with that
 * process and they cannot be identified, so every subscription that starts soon after a restart is notified once. With
 * several processes, notifications wait until all offer the same, and then existing listeners are notified too.
 */
export class OfferNews {
  readonly #source: ServerSource
  readonly #persistence: SessionPersistence
  readonly #tell: (change: Change) => void
  /** Resolves with whether the comparison succeeded. */
  #known: Promise<boolean> | undefined
  /** When each kind of list last changed, in seconds since 1970. */
  #changed: Readonly<Record<string, number>> = {}
  /** Digests of the current lists, and of those that listeners have been notified of, by kind. */
  #listed: Seen = {}
  readonly #told = new Map<string, string>()
  /** How often existing listeners have been notified. */
  #tellings = 0

  /** @param tell notifies the current listeners. */
  constructor(source: ServerSource, persistence: SessionPersistence, tell: (change: Change) => void) {
    this.#source = source
    this.#persistence = persistence
    this.#tell = tell
    let first = true
    persistence.onSettled((differed) => {
      if (differed || first) void this.#settle().catch(() => undefined)
      first = false
    })
    // A change that is announced meanwhile is not news for returning listeners.
    source.onChange(({ kind }) => {
      if (this.#known && kind !== 'resource') this.#known = this.#known.then(() => this.#compare(false))
    })
  }

  /** Publishes what is offered here, for other processes to compare. */
  async introduce(): Promise<void> {
    const lists = await listedOffer(this.#source)
    this.#persistence.offer(lists ? digestOf(JSON.stringify(lists)).slice(0, 22) : '')
  }

  /** Changes that a new listener may have missed. */
  async forListener(): Promise<Change[]> {
    if (this.#persistence.mixed) return []
    const tellings = this.#tellings
    await this.#find()
    // Otherwise it has just been notified together with the existing listeners.
    return tellings === this.#tellings ? this.#news().map((kind) => ({ kind })) : []
  }

  async #find(): Promise<boolean> {
    this.#known ??= this.#compare(true)
    const known = await this.#known
    // After a timeout, the next listener tries again.
    if (!known) this.#known = undefined
    return known
  }

  /** The kinds of lists that changed recently. */
  #news(): ListKind[] {
    const since = seconds() - returnLimit
    const kinds = Object.entries(this.#changed).filter(([, at]) => at >= since)
    return kinds.map(([kind]) => kind as ListKind)
  }

  /** Called once all processes offer the same. */
  async #settle(): Promise<void> {
    this.#known = undefined
    for (let tried = 0; !(await this.#find()); tried++) {
      if (tried === again.tries) return
      await pause(again.after, undefined, { ref: false })
    }
    for (const kind of this.#news()) {
      const list = JSON.stringify(Object.entries(this.#listed).filter(([method]) => kindOf(method) === kind))
      if (this.#told.get(kind) === list) continue
      this.#told.set(kind, list)
      this.#tellings++
      this.#tell({ kind })
    }
  }

  async #compare(isNews: boolean): Promise<boolean> {
    const asked = [this.#persistence.offered(), listedOffer(this.#source)] as const
    const [before, now] = await Promise.all(asked).catch(() => [])
    if (!now) return false
    this.#listed = now
    const others = Object.fromEntries(
      Object.entries(now).filter(([method, list]) => before?.seen[method] !== list),
    )
    const marks = isNews && before ? [...kindsOf(others)].map((kind) => [kind, seconds()]) : []
    this.#changed = { ...before?.changed, ...Object.fromEntries(marks) }
    if (Object.keys(others).length > 0)
      await this.#persistence.saveOffered({ seen: now, changed: this.#changed })
    return true
  }
}

const seconds = () => Math.floor(Date.now() / 1000)

import { setTimeout as pause } from 'node:timers/promises'
import { digestOf } from '../../protocol/digest.ts'
import type { Change, ServerSource } from '../../protocol/source.ts'
import type { Keeping } from '../../sessions/kept/keeping.ts'
import { kindOf, kindsOf, type ListKind, type Seen } from '../../sessions/kept/seen-lists.ts'
import { listedOffer } from './listed-offer.ts'

/** Seconds in which those who had listened have come back: whoever begins to listen later has seen what there is. */
const returnLimit = 120

/** Milliseconds between tries where the store cannot say what there was before, and how many there are. */
const again = { after: 3_000, tries: 10 } as const

/**
 * What has changed since the process before this one, for clients that listen without a session: their streams have
 * ended with it, and nothing tells who they were. So each subscription that begins soon after is told once. Where
 * several processes serve, that waits until all offer the same, and then those who listen already are told as well.
 */
export class OfferNews {
  readonly #source: ServerSource
  readonly #keeping: Keeping
  readonly #tell: (change: Change) => void
  /** Whether it has been found out. */
  #known: Promise<boolean> | undefined
  /** When each kind of list was last another than before, in seconds since 1970. */
  #changed: Readonly<Record<string, number>> = {}
  /** What is listed here, and what of it those who are listening have been told, by kind. */
  #listed: Seen = {}
  readonly #told = new Map<string, string>()
  /** How often those who were listening have been told. */
  #tellings = 0

  /** @param tell tells those who listen now. */
  constructor(source: ServerSource, keeping: Keeping, tell: (change: Change) => void) {
    this.#source = source
    this.#keeping = keeping
    this.#tell = tell
    let first = true
    keeping.onSettled((differed) => {
      if (differed || first) void this.#settle().catch(() => undefined)
      first = false
    })
    // What they are told meanwhile is no news to whoever comes back.
    source.onChange(({ kind }) => {
      if (this.#known && kind !== 'resource') this.#known = this.#known.then(() => this.#compare(false))
    })
  }

  /** Says what is offered here, for other processes to compare. */
  async introduce(): Promise<void> {
    const lists = await listedOffer(this.#source)
    this.#keeping.offer(lists ? digestOf(JSON.stringify(lists)).slice(0, 22) : '')
  }

  /** Changes that whoever begins to listen now may not have heard of. */
  async forListener(): Promise<Change[]> {
    if (this.#keeping.mixed) return []
    const tellings = this.#tellings
    await this.#find()
    // Told together with those who were listening.
    return tellings === this.#tellings ? this.#news().map((kind) => ({ kind })) : []
  }

  async #find(): Promise<boolean> {
    this.#known ??= this.#compare(true)
    const known = await this.#known
    // A server that did not say in time is asked again for the next.
    if (!known) this.#known = undefined
    return known
  }

  /** What has changed lately. */
  #news(): ListKind[] {
    const since = seconds() - returnLimit
    const kinds = Object.entries(this.#changed).filter(([, at]) => at >= since)
    return kinds.map(([kind]) => kind as ListKind)
  }

  /** No process offers anything else any more. */
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
    const asked = [this.#keeping.offered(), listedOffer(this.#source)] as const
    const [before, now] = await Promise.all(asked).catch(() => [])
    if (!now) return false
    this.#listed = now
    const others = Object.fromEntries(
      Object.entries(now).filter(([method, list]) => before?.seen[method] !== list),
    )
    const marks = isNews && before ? [...kindsOf(others)].map((kind) => [kind, seconds()]) : []
    this.#changed = { ...before?.changed, ...Object.fromEntries(marks) }
    if (Object.keys(others).length > 0) await this.#keeping.saveOffered({ seen: now, changed: this.#changed })
    return true
  }
}

const seconds = () => Math.floor(Date.now() / 1000)

/** What decides which session is evicted when the limit is reached. */
export interface Occupant {
  /** The caller that it belongs to, if callers are authenticated. */
  readonly subject: string | undefined
  /** When its most recent call in flight started; undefined if there is none. Busy sessions are never evicted. */
  readonly busySince: number | undefined
  /** Whether its client has sent any request after initialization. */
  readonly used: boolean
  /** Open streams to the client. */
  readonly streams: number
  readonly lastSeen: number
  readonly closed: boolean
}

/** The reason why there is no room for a session. */
export interface NoRoom {
  readonly reason: string
  /** Seconds after which a retry makes sense. */
  readonly seconds: number
}

/** Candidates that are selected at once: scanning all sessions for each new one would be slow. */
const batch = 100

/** Selects the session to evict when the limit is reached. */
export class EvictionQueue<O extends Occupant> {
  /** The next candidates, in order. */
  #chosen: { one: O; lastSeen: number }[] = []
  /** Sessions that were added since the candidates were selected. */
  #fresh: O[] = []
  #subject: string | undefined

  /** Records a new session, and returns it. */
  add(one: O): O {
    if (this.#chosen.length > 0) this.#fresh.push(one)
    if (this.#fresh.length > batch) this.#forget()
    return one
  }

  /**
   * The session to evict for a new one of `subject`: one of the caller with the most sessions, preferring `subject`
   * itself; never one of a caller with fewer. Among those, first sessions that are unused and have no stream, then
   * unused ones, then ones without a stream; among equals the one idle longest.
   * @returns undefined if all candidates are busy.
   */
  next(occupants: () => Iterable<O>, subject: string | undefined): O | undefined {
    if (subject !== this.#subject) this.#forget()
    this.#subject = subject
    return this.#take() ?? this.#choose(occupants, subject)
  }

  #forget(): void {
    this.#chosen = []
    this.#fresh = []
  }

  #choose(occupants: () => Iterable<O>, subject: string | undefined): O | undefined {
    this.#forget()
    const [first, ...others] = firstToLeave(occupants, subject)
    // A new session increases its caller's share, unless one of its own is evicted for it.
    if (first && first.subject === subject)
      this.#chosen = others.slice(0, batch).map((one) => ({ one, lastSeen: one.lastSeen }))
    return first
  }

  /** A previously selected candidate, if nothing has changed, or a newer session that ranks lower. */
  #take(): O | undefined {
    while (this.#chosen[0] && !isAsBefore(this.#chosen[0])) this.#chosen.shift()
    const [next] = this.#chosen
    if (!next) return undefined
    this.#fresh = this.#fresh.filter(({ closed }) => !closed)
    const sooner = this.#fresh.filter((one) => this.#goesBefore(one, next.one)).sort(order)[0]
    return sooner ?? this.#chosen.shift()?.one
  }

  #goesBefore(one: O, next: O): boolean {
    return one.busySince === undefined && one.subject === this.#subject && worthOf(one) < worthOf(next)
  }
}

const isAsBefore = ({ one, lastSeen }: { one: Occupant; lastSeen: number }): boolean =>
  !one.closed && one.busySince === undefined && one.lastSeen === lastSeen

const worthOf = ({ used, streams }: Occupant): number => (used ? 2 : 0) + (streams > 0 ? 1 : 0)

/** Lower ranks first, and among equals the one idle longest. */
const order = (a: Occupant, b: Occupant): number => worthOf(a) - worthOf(b) || a.lastSeen - b.lastSeen

/** The sessions of the caller with the most, in eviction order. */
function firstToLeave<O extends Occupant>(occupants: () => Iterable<O>, subject: string | undefined): O[] {
  const shareOf = sharesOf(occupants, subject)
  const least = shareOf(subject)
  let most = 0
  let first: O[] = []
  for (const one of occupants()) {
    if (one.busySince !== undefined) continue
    const share = shareOf(one.subject)
    if (share < least) continue
    const own = one.subject === subject ? share + 0.5 : share
    if (own < most) continue
    if (own > most) first = []
    most = own
    first.push(one)
  }
  return first.sort(order)
}

/** The number of sessions per subject, including the new one. Without authentication, all share one subject. */
function sharesOf(
  occupants: () => Iterable<Occupant>,
  subject: string | undefined,
): (subject: string | undefined) => number {
  if (subject === undefined) return () => 1
  const counts = new Map<string | undefined, number>([[subject, 1]])
  for (const one of occupants()) counts.set(one.subject, (counts.get(one.subject) ?? 0) + 1)
  return (one) => counts.get(one) ?? 0
}

/**
 * Seconds after which a retry makes sense if every session is busy.
 * @param remaining expected remaining milliseconds of calls; a call that has already run longer may take as long again.
 */
export function waitForRoom(occupants: Iterable<Occupant>, remaining: number, now: number): number {
  let newest = Number.NEGATIVE_INFINITY
  for (const { busySince = now } of occupants) newest = Math.max(newest, busySince)
  const wait = Math.max(remaining, now - newest)
  return Math.min(Math.max(Math.ceil(wait / 1000), 1), longestWait)
}

const longestWait = 300

/** What decides which session leaves when there is no room for one more. */
export interface Occupant {
  /** Whom it belongs to, where callers are checked. */
  readonly subject: string | undefined
  /** When the last of the calls began that are being answered; nothing when none is. Such a session stays. */
  readonly busySince: number | undefined
  /** Whether its client has asked for anything after its introduction. */
  readonly used: boolean
  /** Open streams to the client. */
  readonly streams: number
  readonly lastSeen: number
  readonly closed: boolean
}

/** Why there is no room for a session. */
export interface NoRoom {
  readonly reason: string
  /** After which it is worth asking again. */
  readonly seconds: number
}

/** How many are chosen at once: looking at all for each that comes takes its time. */
const batch = 100

/** Chooses who leaves when there is no room for one more. */
export class Leavers<O extends Occupant> {
  /** The next to leave, in order. */
  #chosen: { one: O; lastSeen: number }[] = []
  /** Who has come since those were chosen. */
  #fresh: O[] = []
  #subject: string | undefined

  /** Notes who comes in, which it returns. */
  came(one: O): O {
    if (this.#chosen.length > 0) this.#fresh.push(one)
    if (this.#fresh.length > batch) this.#forget()
    return one
  }

  /**
   * The session that leaves for one more of `subject`: of whoever has the most, itself before others; never one of a
   * caller who has fewer. Among those the one that was never used and is not listened to, then one that was never
   * used, then one that is not listened to; among those the one that has been idle longest.
   * @returns nothing when all that could leave are being served.
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
    // Each that comes gives its caller a larger share, unless one of its own leaves for it.
    if (first && first.subject === subject)
      this.#chosen = others.slice(0, batch).map((one) => ({ one, lastSeen: one.lastSeen }))
    return first
  }

  /** One of those that were chosen before, if nothing has changed since, or of who has come since and is worth less. */
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

/** What is worth less goes first, and among equals what has been idle longest. */
const order = (a: Occupant, b: Occupant): number => worthOf(a) - worthOf(b) || a.lastSeen - b.lastSeen

/** Those of whoever has the most, in the order in which they leave. */
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

/** How many each subject has, the one that wants to come in counted. Where nobody is known, all are one. */
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
 * Seconds after which it is worth asking again, when every session is being served.
 * @param remaining milliseconds that calls still took of late; one that has gone on for longer may as well again.
 */
export function waitForRoom(occupants: Iterable<Occupant>, remaining: number, now: number): number {
  let newest = Number.NEGATIVE_INFINITY
  for (const { busySince = now } of occupants) newest = Math.max(newest, busySince)
  const wait = Math.max(remaining, now - newest)
  return Math.min(Math.max(Math.ceil(wait / 1000), 1), longestWait)
}

const longestWait = 300

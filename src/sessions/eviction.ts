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

/** How many are chosen at once of those that were never used: looking at all for each that comes takes its time. */
const batch = 100

/** Chooses who leaves when there is no room for one more. */
export class Leavers<O extends Occupant> {
  #chosen: { one: O; lastSeen: number }[] = []
  #subject: string | undefined

  /**
   * The session that leaves for one more of `subject`: of whoever has the most, itself before others; never one of a
   * caller who has fewer. Among those the one that was never used and is not listened to, then one that was never
   * used, then one that is not listened to; among those the one that has been idle longest.
   * @returns nothing when all that could leave are being served.
   */
  next(occupants: () => Iterable<O>, subject: string | undefined): O | undefined {
    if (subject !== this.#subject) this.#chosen = []
    this.#subject = subject
    return this.#take() ?? this.#choose(occupants, subject)
  }

  #choose(occupants: () => Iterable<O>, subject: string | undefined): O | undefined {
    const [first, ...others] = firstToLeave(occupants, subject)
    // Whoever comes in later and is never used has to leave before those that were.
    if (first && !first.used)
      this.#chosen = others.slice(0, batch).map((one) => ({ one, lastSeen: one.lastSeen }))
    return first
  }

  /** One of those that were chosen before, if nothing has changed since. */
  #take(): O | undefined {
    for (let next = this.#chosen.shift(); next; next = this.#chosen.shift()) {
      const { one, lastSeen } = next
      if (!one.closed && one.busySince === undefined && one.lastSeen === lastSeen) return one
    }
    return undefined
  }
}

/** All that are the first to leave, the one that has been idle longest before the others. */
function firstToLeave<O extends Occupant>(occupants: () => Iterable<O>, subject: string | undefined): O[] {
  const shareOf = sharesOf(occupants, subject)
  const least = shareOf(subject)
  let [most, worth] = [0, 0]
  let first: O[] = []
  for (const one of occupants()) {
    if (one.busySince !== undefined) continue
    const share = shareOf(one.subject)
    if (share < least) continue
    const own = one.subject === subject ? share + 0.5 : share
    const worthOfOne = (one.used ? 2 : 0) + (one.streams > 0 ? 1 : 0)
    if (own < most || (own === most && worthOfOne > worth)) continue
    if (own > most || worthOfOne < worth) first = []
    ;[most, worth] = [own, worthOfOne]
    first.push(one)
  }
  return first.sort((a, b) => a.lastSeen - b.lastSeen)
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

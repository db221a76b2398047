/** One request: what it presented, when it was under way (in milliseconds), and what came of it. */
export interface Call {
  readonly token: string
  readonly began: number
  readonly ended: number
  readonly status: number
}

/** What a call says of the guard that it came to. */
export type Judgement = 'right' | 'wrongly refused' | 'wrongly admitted' | 'unavailable'

/** When a token became good, and when it ceased to be, in milliseconds. */
interface Life {
  readonly from: number
  until: number
}

/** Which tokens are good from when to when, and what has come of each call that presented one. */
export class Ledger {
  readonly counts: Record<Judgement, number> = {
    right: 0,
    'wrongly refused': 0,
    'wrongly admitted': 0,
    unavailable: 0,
  }
  /** What was wrong, in words. */
  readonly faults: string[] = []
  /** Milliseconds that the first call with a token took, and from a token's end to the last call that it still admitted. */
  readonly latency = { good: new Map<string, number>(), gone: new Map<string, number>() }
  readonly #lives = new Map<string, Life>()
  readonly #away: { from: number; until: number }[] = []
  readonly #within: number

  /** @param within milliseconds after its end for which a token may still be admitted. */
  constructor(within: number) {
    this.#within = within
  }

  /** A token is good from now on. */
  grant(token: string, at: number): void {
    this.#lives.set(token, { from: at, until: Number.POSITIVE_INFINITY })
  }

  /** A token is good no more. */
  revoke(token: string, at: number): void {
    const life = this.#lives.get(token)
    if (life) life.until = Math.min(life.until, at)
  }

  /**
   * From now on nobody can be asked about tokens that are not known already.
   * @returns to be told when that is over, and what was asked meanwhile has been answered.
   */
  leave(at: number): (until: number) => void {
    const time = { from: at, until: Number.POSITIVE_INFINITY }
    this.#away.push(time)
    return (until) => {
      time.until = until
    }
  }

  /** Tokens that were good once and must be refused by now. */
  gone(at: number): string[] {
    return [...this.#lives].flatMap(([token, { until }]) => (until + this.#within < at ? [token] : []))
  }

  note(call: Call): Judgement {
    const judgement = this.judge(call)
    this.counts[judgement]++
    if (judgement.startsWith('wrongly')) this.#fault(judgement, call)
    else if (isAdmitted(call)) this.#measure(call)
    return judgement
  }

  /** What a call says; one that was under way while its token changed may end either way. */
  judge(call: Call): Judgement {
    const { token, began, ended, status } = call
    const life = this.#lives.get(token)
    if (isAdmitted(call)) {
      const isEarly = !life || ended < life.from
      const isLate = life !== undefined && began > life.until + this.#within
      return isEarly || isLate ? 'wrongly admitted' : 'right'
    }
    if (status === 503 && this.#away.some(({ from, until }) => ended >= from && began <= until))
      return 'unavailable'
    const isGood = life !== undefined && began >= life.from && ended < life.until
    return isGood || (status !== 401 && status !== 503) ? 'wrongly refused' : 'right'
  }

  #measure({ token, began, ended }: Call): void {
    const life = this.#lives.get(token)
    if (!life) return
    const { good, gone } = this.latency
    if (!good.has(token)) good.set(token, ended - began)
    if (began > life.until) gone.set(token, Math.max(gone.get(token) ?? 0, began - life.until))
  }

  #fault(judgement: Judgement, { token, began, ended, status }: Call): void {
    const life = this.#lives.get(token)
    const when = life
      ? `${near(began - life.from)} to ${near(ended - life.from)} ms after it was granted`
      : 'never granted'
    const end =
      life && Number.isFinite(life.until) ? `, ${near(began - life.until)} ms after it was revoked` : ''
    this.faults.push(`${judgement} (${status}): a token ${when}${end}`)
  }
}

/** Whatever the runner says to a caller that it knows: a method that is not served, a session that is not there. */
const isAdmitted = ({ status }: Call): boolean => (status >= 200 && status < 300) || status === 405

const near = (milliseconds: number): string => milliseconds.toFixed(0)

import { type Line, parsed, type Reply, type Said } from './line.ts'
import type { Tree } from './tree.ts'

/** What was sent and must be answered. */
export interface Debt {
  tree: Tree
  id: string | number
}

/** Bytes beyond which nobody has to find out whose message it is. */
const readable = { http: 4 * 1024 * 1024, stream: 16 * 1024 * 1024 }

/** Who must be answered, and who has been; anything else that is heard on the line is for `onAsked`. */
export class Ledger {
  readonly open = new Set<Debt>()
  /** Ids that were cancelled: for them, silence will do. */
  readonly excused = new Set<unknown>()
  onAsked: (said: Said) => void = () => undefined
  /** Answers to what nobody has asked. */
  readonly strays: Said[] = []
  sent = 0
  /** How many that ask for no answer have not been taken yet: over HTTP, that is said too. */
  untaken = 0
  /** Since then, what has been cancelled and is still open may break off. */
  left = false
  readonly #answers = new Set<unknown>()
  readonly #line: Line
  #changed: () => void = () => undefined

  constructor(line: Line) {
    this.#line = line
    line.onSaid = (said) => this.#hear(said)
  }

  async send(tree: Tree, text: string): Promise<Reply> {
    this.sent++
    const id = idToAnswer(text)
    const debt = id === undefined ? undefined : { tree, id }
    if (debt) this.open.add(debt)
    const { id: own, method, params } = Object(parsed(text)) as Said
    if (method === 'notifications/cancelled') this.excused.add(Object(params).requestId)
    // A broken answer is no question, and whoever sent it may hear so all the same.
    if (method === undefined) this.#answers.add(own)
    const reply = await (debt ? this.#line.send(text) : this.#untilTaken(text))
    // Over HTTP what is too long is refused before anybody has read who sent it.
    const unread = reply.status === 413 || (reply.status === undefined && text.length > readable.stream)
    if (debt && unread) this.#settle(debt)
    return reply
  }

  /** Those that still wait and have not been cancelled. */
  get owed(): Debt[] {
    return [...this.open].filter(({ id }) => !this.excused.has(id))
  }

  /**
   * Waits until no more than so many wait to be answered or taken. Returns whether that was so within the limit, in
   * milliseconds.
   */
  async atMost(count: number, limit: number): Promise<boolean> {
    const deadline = Date.now() + limit
    while (this.owed.length + this.untaken > count) {
      const left = deadline - Date.now()
      if (left <= 0) return false
      await new Promise<void>((resolve) => {
        const timer = setTimeout(resolve, left)
        this.#changed = () => {
          clearTimeout(timer)
          resolve()
        }
      })
    }
    return true
  }

  async leave(): Promise<void> {
    this.left = true
    await this.#line.close()
  }

  async #untilTaken(text: string): Promise<Reply> {
    this.untaken++
    try {
      return await this.#line.send(text)
    } finally {
      this.untaken--
      this.#changed()
    }
  }

  #hear(said: Said): void {
    if (typeof said.method === 'string') return this.onAsked(said)
    for (const debt of this.open) {
      if (debt.id === said.id) return this.#settle(debt)
    }
    const { id } = said
    if (typeof id !== 'string' && !Number.isSafeInteger(id)) return
    if (this.excused.has(id) || this.#answers.has(id)) return
    this.strays.push(said)
  }

  #settle(debt: Debt): void {
    this.open.delete(debt)
    this.#changed()
  }
}

/** The id under which an answer must come, if this is no answer itself and says who sent it. */
function idToAnswer(text: string): string | number | undefined {
  const value = parsed(text)
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return undefined
  const { id } = value as Said
  if (!('method' in value) && ('result' in value || 'error' in value)) return undefined
  return typeof id === 'string' || Number.isSafeInteger(id) ? (id as string | number) : undefined
}

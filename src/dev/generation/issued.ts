import type { JsonRpcMessage } from '../../protocol/jsonrpc.ts'
import type { Issued } from '../protocol/ipc.ts'
import { taskIdIn } from '../protocol/task-news.ts'

/** What a server that has tasks says it can do. */
const taskCapabilities = ['tasks', 'io.modelcontextprotocol/tasks']

export const hasTasks = (capabilities: readonly string[]): boolean =>
  taskCapabilities.some((name) => capabilities.includes(name))

/** What the answer to one message, as it comes, has its client come back with. */
export class IssuedBy {
  readonly #states = new IssuedTexts('requestState')
  readonly #made: IssuedTexts | undefined
  readonly #status: IssuedTexts | undefined
  readonly #taskId: string | undefined

  /** @param tasks whether the server has tasks: of any other, a `taskId` is its own business. */
  constructor(message: JsonRpcMessage | undefined, tasks: boolean) {
    if (!message || !tasks || !('method' in message)) return
    this.#taskId = taskIdIn(message)
    if (message.method === 'tools/call') this.#made = new IssuedTexts('taskId')
    else if (this.#taskId !== undefined) this.#status = new IssuedTexts('status')
  }

  take(piece: string): Issued[] {
    const states = this.#states.take(piece).map((state) => ({ state }))
    const made = this.#made?.take(piece) ?? []
    const begun = made.map(
      (taskId): Issued => ({ news: { taskId, ended: false, ttl: undefined, guessed: true } }),
    )
    const taskId = this.#taskId
    const ended = this.#status?.take(piece).some((status) => over.has(status)) && taskId !== undefined
    return [...states, ...begun, ...(ended ? [{ news: { taskId, ended } }] : [])]
  }
}

/** States of a task that stay. */
const over = new Set(['completed', 'failed', 'cancelled'])

/**
 * Finds what a client is given to come back with in an answer that comes in pieces, such as a `requestState`
 * (2026-07-28, patterns/mrtr): the texts under one name.
 */
export class IssuedTexts {
  readonly #name: string
  readonly #whole: RegExp
  readonly #begun: RegExp
  /** The end of what has been seen, as far as it may be the beginning of another. */
  #rest = ''

  /** @param name letters alone. */
  constructor(name: string) {
    this.#name = `"${name}"`
    this.#whole = new RegExp(`"${name}"\\s*:\\s*("(?:[^"\\\\]|\\\\.)*")`, 'g')
    this.#begun = new RegExp(`"${name}"\\s*(?::\\s*(?:"(?:[^"\\\\]|\\\\.)*\\\\?)?)?$`)
  }

  /** Those that are complete with this piece. */
  take(piece: string): string[] {
    const text = this.#rest + piece
    const found = [...text.matchAll(this.#whole)]
    const last = found.at(-1)
    const left = last ? text.slice(last.index + last[0].length) : text
    this.#rest = this.#begun.exec(left)?.[0] ?? left.slice(1 - this.#name.length)
    return found.map(([, issued = '']) => JSON.parse(issued) as string)
  }
}

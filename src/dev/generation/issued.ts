import type { JsonRpcMessage } from '../../protocol/jsonrpc.ts'
import type { Issued } from '../protocol/ipc.ts'
import { taskIdIn } from '../protocol/task-news.ts'

/** The capabilities of a server that supports tasks. */
const taskCapabilities = ['tasks', 'io.modelcontextprotocol/tasks']

export const hasTasks = (capabilities: readonly string[]): boolean =>
  taskCapabilities.some((name) => capabilities.includes(name))

/** Finds in a streamed response what its client will return with. */
export class IssuedBy {
  readonly #states = new IssuedTexts('requestState')
  readonly #made: IssuedTexts | undefined
  readonly #status: IssuedTexts | undefined
  readonly #taskId: string | undefined

  /** @param tasks whether the server supports tasks: otherwise a `taskId` has no meaning to us. */
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

/** Final task states. */
const over = new Set(['completed', 'failed', 'cancelled'])

/**
 * Finds the string values of one property in a response that arrives in chunks, such as `requestState` (2026-07-28,
 * patterns/mrtr).
 */
export class IssuedTexts {
  readonly #name: string
  readonly #whole: RegExp
  readonly #begun: RegExp
  /** The end of the text so far, as far as it may be the start of a match. */
  #rest = ''

  /** @param name the property name; letters only. */
  constructor(name: string) {
    this.#name = `"${name}"`
    this.#whole = new RegExp(`"${name}"\\s*:\\s*("(?:[^"\\\\]|\\\\.)*")`, 'g')
    this.#begun = new RegExp(`"${name}"\\s*(?::\\s*(?:"(?:[^"\\\\]|\\\\.)*\\\\?)?)?$`)
  }

  /** Returns the values that are complete with this chunk. */
  take(piece: string): string[] {
    const text = this.#rest + piece
    const found = [...text.matchAll(this.#whole)]
    const last = found.at(-1)
    const left = last ? text.slice(last.index + last[0].length) : text
    this.#rest = this.#begun.exec(left)?.[0] ?? left.slice(1 - this.#name.length)
    return found.map(([, issued = '']) => JSON.parse(issued) as string)
  }
}

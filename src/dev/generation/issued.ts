import type { JsonRpcMessage } from '../../protocol/jsonrpc.ts'
import { taskIdIn } from '../protocol/task-news.ts'
import type { Issued } from '../protocol/wire.ts'
import { IssuedTexts } from './issued-texts.ts'

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

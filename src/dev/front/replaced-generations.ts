import { digestOf } from '../../protocol/digest.ts'
import { isRequest, type JsonRpcMessage } from '../../protocol/jsonrpc.ts'
import { Tasks } from '../conversation/tasks.ts'
import type { GenerationHandle } from '../handle/generation-handle.ts'
import type { Issued } from '../protocol/ipc.ts'

/** Milliseconds that calls may go on in a generation that has been replaced. */
const generationDrainLimit = 10 * 60_000
/** Milliseconds that they may go on where the next one waits for a port or a lock of the old. */
export const handOverLimit = 5_000
/** How many such generations there may be, and as many that run tasks; the oldest gives way. */
const drainingLimit = 8
/** Milliseconds between signs of life that are asked of them, and what they get to answer. */
const beatInterval = 5_000
const beatLimit = 5_000

/** Generations that have been replaced and still answer what they were asked. */
export class Drain {
  readonly #children = new Set<GenerationHandle>()
  readonly #beats: boolean

  /** @param beats whether one that shows no sign of life is ended; in a debugger it may just have been stopped. */
  constructor(beats: boolean) {
    this.#beats = beats
  }

  /** @param atLeast milliseconds to keep it although nothing is asked of it at the moment. */
  add(child: GenerationHandle, atLeast: number): void {
    if (child.gone) return
    this.#children.add(child)
    const beat = setInterval(() => void this.#check(child), beatInterval).unref()
    const kept = new Promise((resolve) => setTimeout(resolve, atLeast).unref())
    void kept
      .then(() => child.retire(generationDrainLimit))
      .then(() => {
        clearInterval(beat)
        this.#children.delete(child)
      })
    for (const runsTasks of [true, false]) {
      const alike = [...this.#children].filter((one) => one.runsTasks === runsTasks)
      if (alike.length > drainingLimit) void alike[0]?.stop()
    }
  }

  get size(): number {
    return this.#children.size
  }

  async close(): Promise<void> {
    await Promise.allSettled([...this.#children].map((child) => child.stop()))
  }

  /** Old code that blocks its process for good will answer nothing, and only heats the machine. */
  async #check(child: GenerationHandle): Promise<void> {
    if (this.#beats && !(await child.answers(beatLimit))) child.kill()
  }
}

/** Milliseconds a client has to come back to a generation that has been replaced meanwhile. */
export const retryLimit = 30_000
/** States remembered at the most; the oldest gives way. */
const stateLimit = 1_000

/** Which generation a modern client has to come back to: handlers wait for its answers where they began. */
export class Retries {
  /** By digest, since user code gives out states as long as it likes. */
  readonly #issuers = new Map<string, GenerationHandle>()
  readonly #tasks = new Tasks<GenerationHandle>()

  note(child: GenerationHandle, issued: Issued): void {
    if ('news' in issued) return this.#tasks.note(child, issued.news)
    this.#issuers.set(digestOf(issued.state), child)
    for (const [key, issuer] of this.#issuers) {
      if (!issuer.gone && this.#issuers.size <= stateLimit) return
      this.#issuers.delete(key)
    }
  }

  /** Whether any client is still to come back to it. */
  expects(child: GenerationHandle): boolean {
    return [...this.#issuers.values()].includes(child)
  }

  /** The generation that gave out the state which a message brings back, or runs its task, if it is still there. */
  take(message: JsonRpcMessage): GenerationHandle | undefined {
    const runner = this.#tasks.ownerOf(message)
    if (runner) return runner.gone ? undefined : runner
    const state = isRequest(message) ? message.params?.requestState : undefined
    if (typeof state !== 'string') return undefined
    const key = digestOf(state)
    const child = this.#issuers.get(key)
    this.#issuers.delete(key)
    return child?.gone ? undefined : child
  }
}

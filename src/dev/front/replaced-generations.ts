import { digestOf } from '../../protocol/digest.ts'
import { isRequest, type JsonRpcMessage } from '../../protocol/jsonrpc.ts'
import { Tasks } from '../conversation/tasks.ts'
import type { GenerationHandle } from '../handle/generation-handle.ts'
import type { Issued } from '../protocol/ipc.ts'

/** Milliseconds that calls may continue in a replaced generation. */
const generationDrainLimit = 10 * 60_000
/** The same if the next generation waits for a port or lock of the old one. */
export const handOverLimit = 5_000
/** Maximum number of such generations, and as many again with tasks; the oldest is stopped. */
const drainingLimit = 8
/** Interval between health checks, and the time to respond, in milliseconds. */
const beatInterval = 5_000
const beatLimit = 5_000

/** Replaced generations that still have requests to answer. */
export class Drain {
  readonly #children = new Set<GenerationHandle>()
  readonly #beats: boolean

  /** @param beats whether an unresponsive one is killed; in a debugger it may just be paused. */
  constructor(beats: boolean) {
    this.#beats = beats
  }

  /** @param atLeast minimum milliseconds to keep it alive, even if it is idle. */
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

  /** Kills old code that blocks its process for good: it will not answer, and only burns CPU. */
  async #check(child: GenerationHandle): Promise<void> {
    if (this.#beats && !(await child.answers(beatLimit))) child.kill()
  }
}

/** Milliseconds within which a client must return to a generation that was replaced meanwhile. */
export const retryLimit = 30_000
/** Maximum number of remembered states; the oldest is dropped. */
const stateLimit = 1_000

/** Which generation a modern client must return to: its suspended handler waits there. */
export class Retries {
  /** By digest, since user code can issue states of any length. */
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

  /** Whether a client may still return to it. */
  expects(child: GenerationHandle): boolean {
    return [...this.#issuers.values()].includes(child)
  }

  /** The generation that issued a message's state or runs its task, if it is still alive. */
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

import { now } from '../../process/clock.ts'
import type { JsonRpcMessage } from '../../protocol/jsonrpc.ts'
import type { RedisBus } from './redis-bus.ts'

/** Maximum queued messages and characters in total: beyond that the oldest are dropped. */
const most = { messages: 1_000, characters: 16 * 1024 * 1024 }

/** Milliseconds for which they are queued, and between retries. */
const [limit, pause] = [60_000, 250]

interface Said {
  readonly key: string
  readonly message: JsonRpcMessage
  readonly to: string | undefined
}

interface Unsaid extends Said {
  readonly until: number
  readonly size: number
}

/**
 * Sends client messages to other processes, and queues them while Redis is down, since they were already accepted with
 * 202.
 */
export class UnsaidMessages {
  readonly #bus: RedisBus
  #kept: Unsaid[] = []
  #timer: NodeJS.Timeout | undefined

  constructor(bus: RedisBus) {
    this.#bus = bus
  }

  /** @param to the process that waits for it; by default all others. */
  async say(key: string, message: JsonRpcMessage, to: string | undefined): Promise<void> {
    const until = now() + limit
    // Later messages must not overtake queued ones.
    if (this.#kept.length === 0 && (await this.#said({ key, message, to }))) return
    this.#kept.push({ key, message, to, until, size: JSON.stringify(message).length })
    this.#giveUp()
    this.#timer ??= setTimeout(() => void this.#again(), pause).unref()
  }

  #giveUp(): void {
    let characters = this.#kept.reduce((sum, { size }) => sum + size, 0)
    while (this.#kept.length > most.messages || characters > most.characters)
      characters -= this.#kept.shift()?.size ?? 0
  }

  /** @returns whether it was received, or there is no receiver any more. */
  async #said({ key, message, to }: Said): Promise<boolean> {
    if (to === undefined) return (await this.#bus.tellAll('message', key, message)) > 0
    const heard = await this.#bus.tell(to, 'message', key, message)
    return heard !== undefined && (heard > 0 || !this.#bus.unsure)
  }

  async #again(): Promise<void> {
    for (const next of [...this.#kept]) {
      if (next.until > now() && !(await this.#said(next))) break
      this.#kept = this.#kept.filter((one) => one !== next)
    }
    this.#timer = this.#kept.length > 0 ? setTimeout(() => void this.#again(), pause).unref() : undefined
  }
}

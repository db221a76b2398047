import type { Log } from '../../serve/serve-options.ts'
import { LayeredStore } from '../../store/memory/layered-store.ts'
import { MemoryStore } from '../../store/memory/memory-store.ts'
import { openStore } from '../../store/open-store.ts'
import type { ProcessAddress } from '../../store/siblings.ts'
import type { Store } from '../../store/store.ts'
import type { Word } from '../../store/workers/line.ts'
import { Switchboard } from '../../store/workers/switchboard.ts'
import { CliError } from '../../terminal/errors.ts'
import type { Worker } from './worker.ts'
import type { Refused } from './worker-link.ts'

interface KeepOptions {
  readonly store: string
  readonly maxSessions: number
  readonly expiry: number
}

/**
 * The state that the workers of one server share. The first worker decides how it is opened, since it knows the options
 * in the code.
 */
export class Records {
  readonly #log: Log
  readonly #joined = new Set<Worker>()
  #store: Promise<Store> | undefined
  #board: Switchboard | undefined

  constructor(log: Log) {
    this.#log = log
  }

  join(worker: Worker): void {
    this.#joined.add(worker)
    this.#board?.join(worker)
  }

  leave(worker: Worker): void {
    this.#joined.delete(worker)
    this.#board?.leave(worker)
    this.#tellAddresses()
  }

  hear(from: Worker, word: Word): unknown {
    const [kind, about] = word
    if (kind === 'keep sessions') return this.#keep(about as KeepOptions)
    if (kind !== 'answers') return this.#board?.hear(from, word)
    from.address = about as ProcessAddress
    this.#tellAddresses()
    return undefined
  }

  async close(): Promise<void> {
    const said = [...(this.#board?.counts ?? [])].map(([kind, count]) => `${kind} ${count}`)
    this.#log('debug', `words of workers: ${said.join(', ') || 'none'}`)
    await (await this.#store?.catch(() => undefined))?.close()
  }

  async #keep(options: KeepOptions): Promise<Refused | null> {
    this.#store ??= this.#open(options)
    try {
      await this.#store
      return null
    } catch (error) {
      this.#store = undefined
      if (!(error instanceof CliError)) throw error
      return { code: error.exitCode, message: error.message, details: error.details }
    }
  }

  async #open({ store, maxSessions, expiry }: KeepOptions): Promise<Store> {
    const memory = new MemoryStore({ maxSessions, expiry, onForgotten: (key) => this.#board?.forget(key) })
    const behind = await openStore(store, { maxSessions, expiry, log: this.#log })
    const opened = behind ? new LayeredStore(memory, behind) : memory
    this.#board = new Switchboard(opened)
    for (const worker of this.#joined) this.#board.join(worker)
    return opened
  }

  #tellAddresses(): void {
    const addresses = [...this.#joined].flatMap(({ name, address }) => (address ? [[name, address]] : []))
    for (const { line } of this.#joined) line.tell('addresses', addresses)
  }
}

import { now } from '../../process/clock.ts'
import type { JsonRpcMessage } from '../../protocol/jsonrpc.ts'
import type { Change } from '../../protocol/source.ts'
import type { Hearing, Missed, ProcessAddress, RecordChange, Siblings } from '../siblings.ts'
import type { SessionRecord, SharedStore, StoredSession } from '../store.ts'
import { heedLimit } from './heed-limit.ts'
import type { Line, Word } from './line.ts'

/** Interval of `sync` requests in milliseconds. */
const askEvery = 250

/** A pending write of a state value. */
interface Keeping {
  /** The number of pending writes. */
  open: number
  /** The last sequence number that it was given. */
  sequence: number
  /** The last write of another worker to the same value. */
  later: { readonly sequence: number; readonly text: string | undefined } | undefined
}

/** Stores sessions in the primary, which all workers share. */
export class WorkerStore implements SharedStore, Siblings {
  readonly processName: string
  readonly #line: Line
  #addresses = new Map<string, ProcessAddress>()
  #hearing: Hearing | undefined
  /** The time up to which all messages have certainly been received. */
  #heardUntil = 0
  #asking: Promise<void> | undefined
  /** The number of loads in progress, by session. */
  readonly #loading = new Map<string, number>()
  /** Pending writes of state values. */
  readonly #keeping = new Map<string, Keeping>()

  constructor(processName: string, line: Line) {
    this.processName = processName
    this.#line = line
  }

  /** Starts checking regularly that no message was missed. */
  begin(): void {
    setInterval(() => void this.#ask(), askEvery).unref()
  }

  /**
   * Others wait for a blocked process only for `heedLimit`; after that its knowledge may be outdated.
   * @returns undefined if it is current; otherwise a promise to await.
   */
  current(): Promise<void> | undefined {
    return now() - this.#heardUntil < heedLimit - askEvery ? undefined : this.#askAgain()
  }

  /** The response to a pending `sync` may be old, if this process was blocked: then asks again. */
  async #askAgain(): Promise<void> {
    const begun = now()
    await this.#ask()
    if (this.#heardUntil < begun) await this.#ask()
  }

  /** IPC is ordered: all messages sent before the response have been received before it. */
  #ask(): Promise<void> {
    this.#asking ??= this.#askNow().finally(() => {
      this.#asking = undefined
    })
    return this.#asking
  }

  async #askNow(): Promise<void> {
    const asked = now()
    await this.#line.ask('sync').catch(() => undefined)
    this.#heardUntil = asked
  }

  get siblings(): Siblings {
    return this
  }

  /** @throws Error if the primary fails. */
  async load(key: string): Promise<StoredSession | undefined> {
    const count = this.#loading.get(key) ?? 0
    this.#loading.set(key, count + 1)
    try {
      return ((await this.#line.ask('load', key)) as StoredSession | null) ?? undefined
    } finally {
      const left = (this.#loading.get(key) ?? 1) - 1
      if (left > 0) this.#loading.set(key, left)
      else this.#loading.delete(key)
    }
  }

  save(key: string, record: SessionRecord, change?: RecordChange): Promise<void> {
    return this.#done('save', key, record, change)
  }

  keep(key: string, name: string, text: string | undefined): Promise<void> {
    return this.#keep(key, name, text)
  }

  /**
   * A concurrent write of another worker wins if its sequence number is higher, which is known once this one is
   * confirmed.
   */
  async #keep(key: string, name: string, text: string | undefined): Promise<void> {
    const both = JSON.stringify([key, name])
    const keeping = this.#keeping.get(both) ?? { open: 0, sequence: 0, later: undefined }
    this.#keeping.set(both, keeping)
    keeping.open++
    const sequence = await this.#line.ask('keep', key, name, text ?? null).catch(() => 0)
    keeping.sequence = Math.max(keeping.sequence, Number(sequence))
    if (--keeping.open > 0) return
    this.#keeping.delete(both)
    const { later } = keeping
    if (later && later.sequence > keeping.sequence) await this.#hearing?.state(key, name, later.text)
  }

  renew(keys: readonly string[]): void {
    if (keys.length > 0) this.#line.tell('renew', keys)
  }

  remove(key: string): Promise<void> {
    return this.#done('remove', key)
  }

  onRestored(): void {
    // Nothing to do: the primary has everything.
  }

  close(): Promise<void> {
    return Promise.resolve()
  }

  listen(hearing: Hearing): void {
    this.#hearing = hearing
  }

  pass(key: string, message: JsonRpcMessage, to?: string): Promise<void> {
    return this.#done('pass', key, message, to)
  }

  post(key: string, text: string): void {
    this.#line.tell('post', key, text)
  }

  async carry(key: string): Promise<Missed> {
    const nothing: Missed = { texts: [], changes: [] }
    return (await this.#line.ask('carry', key).catch(() => nothing)) as Missed
  }

  sent(key: string, count: number): void {
    this.#line.tell('sent', key, count)
  }

  dropped(key: string): void {
    this.#line.tell('dropped', key)
  }

  left(key: string): void {
    // Not during a load of the same session here, which needs further notifications.
    if (!this.#loading.has(key)) this.#line.tell('left', key)
  }

  announce(change: Change): void {
    this.#line.tell('announce', change)
  }

  async claim(key: string): Promise<string> {
    return String(await this.#line.ask('claim', key))
  }

  addressOf(name: string): ProcessAddress | undefined {
    return this.#addresses.get(name)
  }

  /** Handles messages from the primary and, through it, from other workers. */
  hear([kind, ...about]: Word): unknown {
    const hearing = this.#hearing
    const key = String(about[0])
    if (kind === 'addresses') this.#addresses = new Map(about[0] as [string, ProcessAddress][])
    else if (kind === 'state') return this.#hearState(key, about.slice(1))
    else if (kind === 'changed') return hearing?.changed(key, about[1] as RecordChange)
    else if (kind === 'ended') return hearing?.ended(key)
    else if (kind === 'message') return hearing?.message(key, about[1] as JsonRpcMessage)
    else if (kind === 'texts') hearing?.texts(key, about[1] as string[])
    else if (kind === 'moved') hearing?.moved(key)
    else if (kind === 'offers') hearing?.offers(about[0] as Change)
    return undefined
  }

  #hearState(key: string, [name, said, sequence]: unknown[]): Promise<void> | undefined {
    const text = said === null ? undefined : String(said)
    const keeping = this.#keeping.get(JSON.stringify([key, name]))
    if (!keeping) return this.#hearing?.state(key, String(name), text)
    keeping.later = { sequence: Number(sequence), text }
    return undefined
  }

  async #done(...word: Word): Promise<void> {
    await this.#line.ask(...word).catch(() => undefined)
  }
}

import { now } from '../../process/clock.ts'
import type { JsonRpcMessage } from '../../protocol/jsonrpc.ts'
import type { Change } from '../../protocol/source.ts'
import type { Hearing, Missed, ProcessAddress, RecordChange, Siblings } from '../siblings.ts'
import type { SessionRecord, SharedStore, StoredSession } from '../store.ts'
import { heedLimit } from './heed-limit.ts'
import type { Line, Word } from './line.ts'

/** Milliseconds between two of those questions. */
const askEvery = 250

/** One text that is being kept. */
interface Keeping {
  /** How often. */
  open: number
  /** The last sequence number that it was given. */
  sequence: number
  /** What another has kept under the same name, as was heard last. */
  later: { readonly sequence: number; readonly text: string | undefined } | undefined
}

/** Keeps sessions in the process that has started this one, which others have been started by as well. */
export class WorkerStore implements SharedStore, Siblings {
  readonly processName: string
  readonly #line: Line
  #addresses = new Map<string, ProcessAddress>()
  #hearing: Hearing | undefined
  /** Until when all that was said has certainly been heard. */
  #heardUntil = 0
  #asking: Promise<void> | undefined
  /** How often each session is being loaded now. */
  readonly #loading = new Map<string, number>()
  /** Texts that are being kept now. */
  readonly #keeping = new Map<string, Keeping>()

  constructor(processName: string, line: Line) {
    this.processName = processName
    this.#line = line
  }

  /** Begins to make sure, now and then, that nothing that was said has not been heard. */
  begin(): void {
    setInterval(() => void this.#ask(), askEvery).unref()
  }

  /**
   * A process that was kept from hearing is not waited for any longer by the others than `heedLimit`, so that it must
   * not go by what it knows.
   * @returns nothing where it may; or what it has to wait for.
   */
  current(): Promise<void> | undefined {
    return now() - this.#heardUntil < heedLimit - askEvery ? undefined : this.#askAgain()
  }

  /** A question that is open already may have been answered long ago, while this process was kept from hearing it. */
  async #askAgain(): Promise<void> {
    const begun = now()
    await this.#ask()
    if (this.#heardUntil < begun) await this.#ask()
  }

  /** What was said before the answer has been heard before it. */
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

  /** @throws Error when the process that keeps them cannot say. */
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

  /** What others say of it meanwhile counts if it came later, which is known once this has been answered. */
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
    // The process that keeps them has all that is missing.
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
    // Whoever is about to bring it back has to hear of it.
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

  /** What the process that keeps them says, in whose words others speak as well. */
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

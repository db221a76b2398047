import { now } from '../../process/clock.ts'
import type { JsonRpcMessage } from '../../protocol/jsonrpc.ts'
import type { Change } from '../../protocol/source.ts'
import type { Hearing, Missed, Place, RecordChange, Siblings } from '../siblings.ts'
import type { SessionRecord, Store, StoredSession } from '../store.ts'
import { heedLimit } from './heed-limit.ts'
import type { Line, Word } from './line.ts'

/** Milliseconds between two of those questions. */
const askEvery = 250

/** Keeps sessions in the process that has started this one, which others have been started by as well. */
export class WorkerStore implements Store, Siblings {
  readonly processName: string
  readonly #line: Line
  #places = new Map<string, Place>()
  #hearing: Hearing | undefined
  /** Until when all that was said has certainly been heard. */
  #heardUntil = 0
  #asking: Promise<void> | undefined

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
    return now() - this.#heardUntil < heedLimit - askEvery ? undefined : this.#ask()
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
    return ((await this.#line.ask('load', key)) as StoredSession | null) ?? undefined
  }

  save(key: string, record: SessionRecord, change?: RecordChange): Promise<void> {
    return this.#done('save', key, record, change)
  }

  keep(key: string, name: string, text: string | undefined): Promise<void> {
    return this.#done('keep', key, name, text ?? null)
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

  pass(key: string, message: JsonRpcMessage, to?: string): void {
    this.#line.tell('pass', key, message, to)
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
    this.#line.tell('left', key)
  }

  announce(change: Change): void {
    this.#line.tell('announce', change)
  }

  async claim(key: string): Promise<string> {
    return String(await this.#line.ask('claim', key))
  }

  placeOf(name: string): Place | undefined {
    return this.#places.get(name)
  }

  /** What the process that keeps them says, in whose words others speak as well. */
  hear([kind, ...about]: Word): unknown {
    const hearing = this.#hearing
    const key = String(about[0])
    if (kind === 'places') this.#places = new Map(about[0] as [string, Place][])
    else if (kind === 'state')
      return hearing?.state(key, String(about[1]), about[2] === null ? undefined : String(about[2]))
    else if (kind === 'changed') return hearing?.changed(key, about[1] as RecordChange)
    else if (kind === 'ended') return hearing?.ended(key)
    else if (kind === 'message') hearing?.message(key, about[1] as JsonRpcMessage)
    else if (kind === 'texts') hearing?.texts(key, about[1] as string[])
    else if (kind === 'moved') hearing?.moved(key)
    else if (kind === 'offers') hearing?.offers(about[0] as Change)
    return undefined
  }

  async #done(...word: Word): Promise<void> {
    await this.#line.ask(...word).catch(() => undefined)
  }
}

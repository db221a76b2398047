import { newProcessName } from '../session-key.ts'
import type { SessionRecord, Store, StoredSession } from '../store.ts'
import type { MemoryStore } from './memory-store.ts'

/**
 * Stores sessions in this process and in a store behind it, so that other processes see them even while that store
 * cannot write.
 */
export class LayeredStore implements Store {
  readonly processName = newProcessName()
  readonly #memory: MemoryStore
  readonly #behind: Store

  constructor(memory: MemoryStore, behind: Store) {
    this.#memory = memory
    this.#behind = behind
    behind.onRestored(() => this.#saveAll())
  }

  async load(key: string): Promise<StoredSession | undefined> {
    const known = await this.#memory.load(key)
    if (known) return known
    const stored = await this.#behind.load(key)
    // Another process may have loaded and changed it meanwhile.
    const sooner = stored && (await this.#memory.load(key))
    if (!stored || sooner) return sooner
    await this.#memory.save(key, stored.record)
    for (const [name, text] of stored.state) await this.#memory.keep(key, name, text)
    return this.#memory.load(key)
  }

  async save(key: string, record: SessionRecord): Promise<void> {
    await Promise.all([this.#memory.save(key, record), this.#behind.save(key, record)])
  }

  async keep(key: string, name: string, text: string | undefined): Promise<void> {
    await Promise.all([this.#memory.keep(key, name, text), this.#behind.keep(key, name, text)])
  }

  renew(keys: readonly string[]): void {
    this.#memory.renew(keys)
    this.#behind.renew(keys)
  }

  async remove(key: string): Promise<void> {
    await Promise.all([this.#memory.remove(key), this.#behind.remove(key)])
  }

  onRestored(): void {
    // Nothing to do: this store has everything.
  }

  close(): Promise<void> {
    return this.#behind.close()
  }

  async #saveAll(): Promise<void> {
    for (const { key, record, state } of this.#memory.all()) {
      void this.#behind.save(key, record)
      for (const [name, text] of state) void this.#behind.keep(key, name, text)
    }
  }
}

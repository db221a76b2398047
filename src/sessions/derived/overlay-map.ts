/**
 * A map laid over another: reads fall through, writes stay on top. Each derived server gets one for its
 * request handlers, so that what an SDK entry point installs for one request never reaches the exported server.
 */
export class OverlayMap<K, V> extends Map<K, V> {
  readonly #below: ReadonlyMap<K, V>

  constructor(below: ReadonlyMap<K, V>) {
    super()
    this.#below = below
  }

  override get(key: K): V | undefined {
    return super.get(key) ?? this.#below.get(key)
  }

  override has(key: K): boolean {
    return super.has(key) || this.#below.has(key)
  }
}

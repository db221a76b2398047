import type { CompiledSource } from '../meaning/compile-source.ts'

/** A module as the pack holds it. */
export type OwnModule = Omit<CompiledSource, 'map'>

/** What a pack holds beside the maps of its modules. */
export interface Packed {
  readonly modules: Readonly<Record<string, OwnModule>>
  /** Where names lead, by the address of the importing file and the name. */
  readonly links: Readonly<Record<string, string>>
  /** Addresses of modules of packages that are imported. */
  readonly packages: readonly string[]
}

/** The user's own modules as Node will run them, each under its own address, and where their names lead. */
export class Pack {
  readonly modules = new Map<string, OwnModule>()
  readonly maps = new Map<string, string>()
  readonly packages = new Set<string>()
  readonly #links = new Map<string, string>()
  /** Whether it holds more than what it was read from. */
  changed = false

  keep(url: string, { map, ...module }: CompiledSource): void {
    this.modules.set(url, module)
    this.maps.set(url, map)
    this.changed = true
  }

  link(parent: string, spec: string): string | undefined {
    return this.#links.get(linkKey(parent, spec))
  }

  keepLink(parent: string, spec: string, url: string): void {
    if (this.link(parent, spec) === url) return
    this.#links.set(linkKey(parent, spec), url)
    this.changed = true
  }

  keepPackage(url: string): void {
    if (this.packages.has(url)) return
    this.packages.add(url)
    this.changed = true
  }

  /** Adds what another pack holds. */
  adopt({ modules, links, packages }: Packed): void {
    for (const [url, one] of Object.entries(modules)) this.modules.set(url, one)
    for (const [key, url] of Object.entries(links)) this.#links.set(key, url)
    for (const url of packages) this.packages.add(url)
  }

  adoptMaps(maps: Readonly<Record<string, string>>): void {
    for (const [url, map] of Object.entries(maps)) this.maps.set(url, map)
  }

  content(): Packed {
    return {
      modules: Object.fromEntries(this.modules),
      links: Object.fromEntries(this.#links),
      packages: [...this.packages],
    }
  }
}

/** No address has a space. */
const linkKey = (parent: string, spec: string) => `${parent} ${spec}`

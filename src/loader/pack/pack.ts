import type { CompiledSource } from '../meaning/compile-source.ts'

/** A module in a pack. */
export type OwnModule = Omit<CompiledSource, 'map'>

/** The content of a pack without source maps. */
export interface Packed {
  readonly modules: Readonly<Record<string, OwnModule>>
  /** Resolved URLs, by the URL of the importing file and the specifier. */
  readonly links: Readonly<Record<string, string>>
  /** URLs of imported package modules. */
  readonly packages: readonly string[]
}

/** The user's own modules as Node runs them, each under its own URL, and how their specifiers resolve. */
export class Pack {
  readonly modules = new Map<string, OwnModule>()
  readonly maps = new Map<string, string>()
  readonly packages = new Set<string>()
  readonly #links = new Map<string, string>()
  /** Whether it has unsaved changes. */
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

  /** Merges another pack. */
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

/** URLs contain no spaces. */
const linkKey = (parent: string, spec: string) => `${parent} ${spec}`

import type { CompiledSource } from '../meaning/compile-source.ts'
import type { Stamp } from './stamps.ts'

/** What a pack holds beside the maps of its modules. */
export interface Packed {
  readonly modules: Readonly<Record<string, Omit<CompiledSource, 'map'>>>
  /** Where names lead, by the address of the importing file. */
  readonly links: Readonly<Record<string, Readonly<Record<string, string>>>>
  /** Addresses of modules of packages that are imported. */
  readonly packages: readonly string[]
}

/** The same as it is kept for another start. */
export interface PackContent extends Packed {
  /** What made it; another version makes it again. */
  readonly compiler: string
  /** Every file that was read, as it was then. */
  readonly stamps: readonly Stamp[]
  /** Files that were looked for and were not there; one that appears may change the outcome. */
  readonly absent: readonly string[]
}

/** The user's own modules as Node will run them, each under its own address, and where their names lead. */
export class Pack {
  readonly modules = new Map<string, Omit<CompiledSource, 'map'>>()
  readonly links = new Map<string, Map<string, string>>()
  readonly packages = new Set<string>()
  readonly maps = new Map<string, string>()
  /** Whether it holds more than what it was read from. */
  changed = false

  keep(url: string, { map, ...compiled }: CompiledSource): void {
    this.modules.set(url, compiled)
    this.maps.set(url, map)
    this.changed = true
  }

  link(parent: string, spec: string): string | undefined {
    return this.links.get(parent)?.get(spec)
  }

  keepLink(parent: string, spec: string, url: string): void {
    const links = this.links.get(parent) ?? new Map<string, string>()
    this.links.set(parent, links)
    if (links.get(spec) === url) return
    links.set(spec, url)
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
    for (const [parent, own] of Object.entries(links))
      this.links.set(parent, new Map([...(this.links.get(parent) ?? []), ...Object.entries(own)]))
    for (const url of packages) this.packages.add(url)
  }

  content(): Packed {
    const links = [...this.links].map(([parent, own]) => [parent, Object.fromEntries(own)] as const)
    return {
      modules: Object.fromEntries(this.modules),
      links: Object.fromEntries(links),
      packages: [...this.packages],
    }
  }
}

import type { MessagePort } from 'node:worker_threads'
import { type Hooks, installHooks, watchForHooks } from '../../patches/node/hooks.ts'
import { CliError, exitCodes } from '../../terminal/errors.ts'
import { OwnModules } from '../pack/own-modules.ts'
import type { PackContent } from '../pack/pack.ts'
import { ModuleHooks } from './module-hooks.ts'
import type { ThreadMessage, ThreadReport } from './thread-messages.ts'

/** What this process loads user code through: one for all of it, as Node has one loader. */
export class ProcessModules {
  readonly own: OwnModules
  readonly #bundled = new Map<string, readonly string[]>()
  readonly #state
  readonly #thread: MessagePort | undefined

  constructor() {
    const bundled = this.#bundled
    this.#state = {
      bundled,
      main: undefined as string | undefined,
      capture: false,
      debugged: false,
      alone: !isWatched(),
    }
    this.own = new OwnModules((url) => this.#state.alone && bundled.has(url))
    const hooks: Hooks = new ModuleHooks(this.own, this.#state)
    this.#thread = installHooks(hooks, {
      script: new URL('./hooks-thread.js', import.meta.url),
      data: { alone: this.#state.alone } satisfies ThreadMessage,
    })
    watchForHooks(() => this.standAside())
  }

  /** Whether nobody but this loader takes part in how modules are loaded. */
  get alone(): boolean {
    return this.#state.alone
  }

  /** From here on somebody else watches how modules are loaded, and has to see them where they are. */
  standAside(): void {
    this.#tell({ alone: false })
  }

  /** Lets a file be one that a program begins with. */
  begin(file: string): void {
    this.own.begin(file)
    this.#thread?.postMessage({ begin: file } satisfies ThreadMessage)
  }

  /** Goes on from what an earlier start has found. */
  adopt({ modules, links, packages, stamps, absent }: Omit<PackContent, 'compiler'>): void {
    this.own.pack.adopt({ modules, links, packages })
    this.own.project.lookup.adopt(stamps, absent)
    this.#thread?.postMessage({ pack: { modules, links, packages } } satisfies ThreadMessage)
  }

  /** Lets the other thread know what this one has compiled. */
  share(): void {
    this.#thread?.postMessage({ pack: this.own.pack.content() } satisfies ThreadMessage)
  }

  /** Takes modules of packages from the script that has been run. */
  takeBundled(modules: Readonly<Record<string, readonly string[]>>): void {
    for (const [url, names] of Object.entries(modules)) this.#bundled.set(url, names)
    this.#thread?.postMessage({ names: modules } satisfies ThreadMessage)
  }

  /** Lets the module at an address, not loaded yet, believe that it is the program itself. */
  makeMain(url: string): void {
    this.#tell({ main: url })
  }

  /** From here on modules of an SDK tell of the servers that they start. */
  capture(): void {
    this.#tell({ capture: true })
  }

  /**
   * Lets a debugger find the true sources of what is loaded from here on.
   * @param maps the source maps that an earlier start has kept.
   */
  showSources(maps: Readonly<Record<string, string>>): void {
    for (const [url, map] of Object.entries(maps)) this.own.pack.maps.set(url, map)
    this.#state.debugged = true
    const all = Object.fromEntries(this.own.pack.maps)
    this.#thread?.postMessage({ debugged: true, maps: all } satisfies ThreadMessage)
  }

  /** Brings together what both threads have found. */
  async collect(): Promise<void> {
    if (!this.#thread) return
    const { pack, maps, changed, stamps, absent, faults } = await this.#report(this.#thread)
    this.own.pack.adopt(pack)
    for (const [url, map] of Object.entries(maps)) this.own.pack.maps.set(url, map)
    if (changed) this.own.pack.changed = true
    this.own.project.lookup.adopt(stamps, absent)
    for (const { url, message, details } of faults)
      this.own.faults.set(url, new CliError(exitCodes.load, message, details))
  }

  #report(thread: MessagePort): Promise<ThreadReport> {
    return new Promise((resolve) => {
      thread.once('message', (report: ThreadReport) => {
        thread.unref()
        resolve(report)
      })
      thread.ref()
      thread.postMessage({ collect: true } satisfies ThreadMessage)
    })
  }

  #tell(news: { main: string } | { capture: boolean } | { alone: boolean }): void {
    Object.assign(this.#state, news)
    this.#thread?.postMessage(news)
  }
}

let modules: ProcessModules | undefined

/** Begins with the first call: whatever has been loaded before is as Node has loaded it. */
export function processModules(): ProcessModules {
  modules ??= new ProcessModules()
  return modules
}

/** What may watch modules from before the first one: instrumentation has to see packages where they are. */
function isWatched(): boolean {
  const given = [...process.execArgv, ...(process.env.NODE_OPTIONS ?? '').split(/\s+/)]
  return given.some((one, index) => {
    if (!/^(?:--(?:import|require|loader|experimental-loader)(?:=|$)|-r$)/.test(one)) return false
    // The preload of ours that guards stdout in threads.
    return !/user-worker\.cjs$/.test(one.includes('=') ? one : (given[index + 1] ?? ''))
  })
}

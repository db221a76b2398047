import { fileURLToPath } from 'node:url'
import type { MessagePort } from 'node:worker_threads'
import { installHooks, watchForHooks } from '../../patches/node/hooks.ts'
import { CliError, exitCodes } from '../../terminal/errors.ts'
import type { ThreadMessage, ThreadReport } from './hooks-thread.ts'
import { ModuleHooks, type News } from './module-hooks.ts'

/** What this process loads user code through: one for all of it, as Node has one loader. */
export class ProcessModules {
  readonly #hooks = new ModuleHooks()
  /** Answers the same on Node 20, in a thread of Node's own. */
  readonly #thread: MessagePort | undefined

  constructor() {
    const known: News = { alone: !isWatched() }
    this.#hooks.learn(known)
    const script = new URL('./hooks-thread.js', import.meta.url)
    this.#thread = installHooks(this.#hooks, { script, data: known })
    watchForHooks(() => this.tell({ alone: false }))
  }

  /** The user's own modules, as far as this thread knows of them. */
  get own(): ModuleHooks['own'] {
    return this.#hooks.own
  }

  /** Whether nobody but this loader takes part in how modules are loaded. */
  get alone(): boolean {
    return this.#hooks.alone
  }

  /** The files of the program that have been loaded so far, whichever way it has named them. */
  async files(): Promise<string[]> {
    await this.collect()
    const paths = [...this.#hooks.seen].map((url) => fileURLToPath(url.replace(/[?#].*$/, '')))
    return [...new Set(paths)]
  }

  /** Lets the hooks know, on both threads. */
  tell(news: News): void {
    this.#hooks.learn(news)
    this.#thread?.postMessage(news satisfies ThreadMessage)
  }

  /** Brings together what both threads have found. */
  async collect(): Promise<void> {
    if (!this.#thread) return
    const { pack, maps, changed, seen, stamps, absent, faults } = await this.#report(this.#thread)
    this.#hooks.learn({ pack, maps })
    for (const url of seen) this.#hooks.seen.add(url)
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
      thread.postMessage('report' satisfies ThreadMessage)
    })
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

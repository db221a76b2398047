import { fileURLToPath } from 'node:url'
import type { MessagePort } from 'node:worker_threads'
import { installHooks, watchForHooks } from '../../patches/node/hooks.ts'
import { CliError, exitCodes } from '../../terminal/errors.ts'
import type { ThreadMessage, ThreadReport } from './hooks-thread.ts'
import { ModuleHooks, type News } from './module-hooks.ts'

/** The module hooks of this process: one instance, as Node has one loader. */
export class ProcessModules {
  readonly #hooks = new ModuleHooks()
  /** On Node 20: the port to the hooks thread. */
  readonly #thread: MessagePort | undefined

  constructor() {
    const known: News = { alone: !isWatched() }
    this.#hooks.learn(known)
    const script = new URL('./hooks-thread.js', import.meta.url)
    this.#thread = installHooks(this.#hooks, { script, data: known })
    watchForHooks(() => this.tell({ alone: false }))
  }

  /** The user's own modules, as far as this thread knows them. */
  get own(): ModuleHooks['own'] {
    return this.#hooks.own
  }

  /** Whether there are no other module hooks. */
  get alone(): boolean {
    return this.#hooks.alone
  }

  /** The files of the program that have been loaded so far. */
  async files(): Promise<string[]> {
    await this.collect()
    const paths = [...this.#hooks.seen].map((url) => fileURLToPath(url.replace(/[?#].*$/, '')))
    return [...new Set(paths)]
  }

  /** Updates the hooks of both threads. */
  tell(news: News): void {
    this.#hooks.learn(news)
    this.#thread?.postMessage(news satisfies ThreadMessage)
  }

  /** Merges what both threads have found. */
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

/** Installs the hooks with the first call; modules loaded before that are unaffected. */
export function processModules(): ProcessModules {
  modules ??= new ProcessModules()
  return modules
}

/** Whether preloaded code may observe modules: instrumentation must see packages at their real location. */
function isWatched(): boolean {
  const given = [...process.execArgv, ...(process.env.NODE_OPTIONS ?? '').split(/\s+/)]
  return given.some((one, index) => {
    if (!/^(?:--(?:import|require|loader|experimental-loader)(?:=|$)|-r$)/.test(one)) return false
    // Our own preloads, which guard stdout and compile in threads.
    return !/(?:user-worker\.cjs|run-script\.js)$/.test(one.includes('=') ? one : (given[index + 1] ?? ''))
  })
}

import { mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { program } from '../../test/support/program.ts'
import { Project } from '../../test/support/project.ts'

/** How long a cache must have stayed the same to count as done, and how long that is waited for, in milliseconds. */
const quiet = { after: 600, limit: 15_000 }

/** A folder with the servers of a part, whose programs see caches and temporary files of their own. */
export class Lab implements Disposable {
  readonly project = new Project({ 'package.json': '{ "type": "module" }', 'warm/x': '' })
  /** What all programs of the part see, and have written to. */
  readonly env: NodeJS.ProcessEnv = envIn(this.path('warm'))
  #empty = 0

  path(name: string): string {
    return this.project.path(name)
  }

  write(files: Record<string, string>): void {
    for (const [name, text] of Object.entries(files)) this.project.write(name, text)
  }

  /** An environment in which nothing has been kept by any program, as right after an installation. */
  emptyEnv(): { env: NodeJS.ProcessEnv; folder: string; remove: () => void } {
    const folder = mkdtempSync(join(this.project.folder, `empty-${this.#empty++}-`))
    return { env: envIn(folder), folder, remove: () => rmSync(folder, { recursive: true, force: true }) }
  }

  /** Waits until nobody writes to a cache any more: what a start prepares for the next must not fall on it. */
  async untilQuiet(folder = this.path('warm')): Promise<void> {
    const begun = performance.now()
    for (let seen = '', since = begun; performance.now() - begun < quiet.limit; await delay(50)) {
      const now = readdirSync(folder).sort().join()
      if (now !== seen || now.includes('.lock')) [seen, since] = [now, performance.now()]
      if (performance.now() - since > quiet.after) return
    }
  }

  /** The words that run the product. */
  ours(...args: string[]): string[] {
    return [program, ...args]
  }

  [Symbol.dispose](): void {
    this.project[Symbol.dispose]()
  }
}

function envIn(folder: string): NodeJS.ProcessEnv {
  const { PORT: _port, HOST: _host, NODE_COMPILE_CACHE: _cache, ...rest } = process.env
  return { ...rest, FASTMCP_CACHE_DIR: folder, TMPDIR: folder }
}

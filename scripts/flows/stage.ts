import { renameSync } from 'node:fs'
import { setTimeout as delay } from 'node:timers/promises'
import { listening, type Outcome, run, type Started, start } from '../../test/support/program.ts'
import { Project } from '../../test/support/project.ts'
import { type Entry, Trace } from './trace.ts'
import type { TracedProgram } from './traced-program.ts'
import { type Visit, wayOf } from './way.ts'

/** A piece of a flow: what happens from one point in time to another, in each of the processes it is about. */
export interface Part {
  readonly words: string
  readonly ways: readonly (readonly Visit[])[]
}

/** How long nothing has to be entered until what was begun is over, in milliseconds. */
const quiet = 1_500

/** Where a flow is played with the traced program: a project with a server, and a cache that is empty at first. */
export class Stage implements Disposable {
  readonly parts: Part[] = []
  readonly #traced: TracedProgram
  readonly #trace: Trace
  readonly #project: Project
  #begin = 0
  #words: string | undefined

  constructor(traced: TracedProgram, server: string) {
    this.#traced = traced
    this.#trace = new Trace(traced)
    this.#project = new Project({ 'server.ts': server })
  }

  /** Puts another server into the place of the first, in one step. */
  save(server: string): void {
    this.#project.write('server.ts.new', server)
    renameSync(this.#project.path('server.ts.new'), this.#project.path('server.ts'))
  }

  /** Runs the program to its end. */
  run(...args: string[]): Promise<Outcome> {
    return run(process.execPath, [this.#traced.program, ...args], this.#options)
  }

  start(...args: string[]): Started {
    return start(process.execPath, [this.#traced.program, ...args], this.#options)
  }

  serve(...args: string[]): Promise<Started & { url: URL }> {
    return listening(this.start(...args))
  }

  /** What is entered from here on belongs to a part of the flow, until the next begins or the flow is over. */
  async begin(words = ''): Promise<void> {
    await this.end()
    this.#words = words
  }

  async end(): Promise<void> {
    for (let length = -1; length !== this.#trace.length; await delay(quiet)) length = this.#trace.length
    const entries = this.#trace.entries()
    if (this.#words !== undefined) this.parts.push({ words: this.#words, ways: waysOf(entries, this.#begin) })
    this.#words = undefined
    this.#begin = entries.length
  }

  get #options() {
    const { folder } = this.#project
    return { cwd: folder, env: { FASTMCP_CACHE_DIR: this.#project.path('cache'), HOME: folder } }
  }

  [Symbol.dispose](): void {
    this.#project[Symbol.dispose]()
  }
}

/** The way through each process. Of those that a part starts, all but the first are there for another time. */
function waysOf(entries: readonly Entry[], begin: number): Visit[][] {
  const before = new Set(entries.slice(0, begin).map(({ process }) => process))
  const during = [...new Set(entries.slice(begin).map(({ process }) => process))]
  const started = during.filter((process) => !before.has(process))
  return during
    .filter((process) => before.has(process) || (during.length === started.length && process === started[0]))
    .map((process) => {
      const own = entries.filter((entry) => entry.process === process)
      return wayOf(own, own.length - entries.slice(begin).filter((entry) => entry.process === process).length)
    })
}

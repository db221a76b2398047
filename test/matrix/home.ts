import { rmSync } from 'node:fs'
import { rm } from 'node:fs/promises'
import { Project } from '../support/project.ts'
import type { Edition } from './edition.ts'
import { first, type Save } from './edition.ts'
import { collecting, type Program } from './programs.ts'
import type { Beside, Files, Place, Shape } from './shape.ts'

/** A project of one shape, and what runs for it, which cells that change neither may have in common. */
export class Home implements AsyncDisposable {
  readonly shape: Shape
  readonly project: Project
  /** What was typed or built once for all: how it came out, and its programs. */
  readonly #common = new Map<string, Common<unknown>>()
  #beside: Beside | undefined
  #written: Files = {}

  private constructor(shape: Shape, modules?: string) {
    this.shape = shape
    this.project = new Project({ 'package.json': '{ "type": "module", "private": true }' }, modules)
  }

  /** Writes the shape's files in their first edition, and starts what it needs beside them. */
  static async open(shape: Shape, modules?: string): Promise<Home> {
    const home = new Home(shape, modules)
    try {
      shape.prepare?.(home.place)
      await home.write(first)
      home.#beside = await shape.beside?.(home.place)
      return home
    } catch (error) {
      await home[Symbol.asyncDispose]()
      throw error
    }
  }

  get place(): Place {
    return { folder: this.project.folder, modules: this.project.path('node_modules') }
  }

  /** What is typed to name the server. */
  get words(): readonly string[] {
    const { words } = this.shape
    if (typeof words !== 'function') return words
    if (!this.#beside) throw new Error('nothing runs beside')
    return words(this.#beside)
  }

  /** Does something the first time it is wanted, and gives everyone what has come of it. */
  once<T>(key: string, act: () => Promise<T>): Common<T> {
    const known = this.#common.get(key) as Common<T> | undefined
    if (known) return known
    const programs: Program[] = []
    const common = { programs, came: collecting(programs, act) }
    this.#common.set(key, common)
    return common
  }

  async write(edition: Edition): Promise<void> {
    this.#writeFiles(await this.shape.files(edition, this.place))
  }

  /** Writes what differs, as an editor does. */
  async save({ what, edition }: Save): Promise<void> {
    const { shape } = this
    if (what !== 'broken') return this.write(edition)
    if (shape.broken) return this.#writeFiles(await shape.broken(edition, this.place))
    const files = await shape.files(edition, this.place)
    const file = shape.edited ?? Object.keys(files)[0] ?? ''
    this.#writeFiles({ ...files, [file]: `${files[file]}\nconst broken = (;\n` })
  }

  #writeFiles(files: Files): void {
    for (const [name, text] of Object.entries(files)) {
      if (this.#written[name] !== text) this.project.write(name, text)
    }
    for (const name of Object.keys(this.#written)) {
      if (!(name in files)) rmSync(this.project.path(name), { force: true })
    }
    this.#written = files
  }

  async [Symbol.asyncDispose](): Promise<void> {
    const programs = [...this.#common.values()].flatMap((common) => common.programs)
    await Promise.all(programs.map((program) => program.stop()))
    await this.#beside?.[Symbol.asyncDispose]()
    await rm(this.project.folder, { recursive: true, force: true, maxRetries: 50, retryDelay: 100 })
  }
}

/** What several cells have in common. */
export interface Common<T> {
  readonly came: Promise<T>
  readonly programs: readonly Program[]
}

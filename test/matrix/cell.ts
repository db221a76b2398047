import { rmSync } from 'node:fs'
import { rm } from 'node:fs/promises'
import { delimiter, dirname } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import type { Target } from '../support/clients.ts'
import {
  fastmcp,
  type Outcome,
  path,
  patience,
  program,
  type Started,
  start,
  startFastmcp,
} from '../support/program.ts'
import { Project } from '../support/project.ts'
import { toolsFor } from './ability.ts'
import { type Edition, first, type Save } from './edition.ts'
import type { Journey } from './journey.ts'
import { introduce, type Kind, type Manners, type Person } from './person.ts'
import type { Program } from './programs.ts'
import type { Beside, Shape } from './shape.ts'

/** One shape on one journey: a project of its own, its programs and its clients, all of which it closes. */
export class Cell implements AsyncDisposable {
  readonly shape: Shape
  readonly journey: Journey
  readonly project: Project
  /** Every program that was started for it, by its clients too. */
  readonly programs: Program[] = []
  readonly #closing: (() => Promise<unknown>)[] = []
  #beside: Beside | undefined
  #written: Readonly<Record<string, string>> = {}

  constructor(shape: Shape, journey: Journey, modules?: string) {
    this.shape = shape
    this.journey = journey
    this.project = new Project({ 'package.json': '{ "type": "module", "private": true }' }, modules)
  }

  /** Writes the shape's files in their first edition, starts what it needs beside, and walks. */
  async walk(): Promise<void> {
    this.shape.prepare?.(this.place)
    await this.write(first)
    this.#beside = await this.shape.beside?.(this.place)
    await this.journey.walk(this)
  }

  get place() {
    return { folder: this.project.folder, modules: this.project.path('node_modules') }
  }

  /** What is typed to name the server. */
  get words(): readonly string[] {
    const { words } = this.shape
    if (typeof words !== 'function') return words
    if (!this.#beside) throw new Error('nothing runs beside')
    return words(this.#beside)
  }

  /** The arguments of the server itself, to be typed last. */
  get tail(): readonly string[] {
    return this.shape.args ? ['--', ...this.shape.args] : []
  }

  /** The tools that clients see of an edition, sorted. */
  toolsOf({ extra }: Edition): string[] {
    return toolsFor(this.shape.abilities, extra !== undefined)
  }

  /** All that its programs have said so far. */
  get said(): string {
    return this.programs.map(({ stderr }) => stderr).join('')
  }

  get pids(): number[] {
    return this.programs.flatMap(({ runs, child }) => (runs && child.pid !== undefined ? [child.pid] : []))
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

  #writeFiles(files: Readonly<Record<string, string>>): void {
    for (const [name, text] of Object.entries(files)) {
      if (this.#written[name] !== text) this.project.write(name, text)
    }
    for (const name of Object.keys(this.#written)) {
      if (!(name in files)) rmSync(this.project.path(name), { force: true })
    }
    this.#written = files
  }

  /** Runs the program to its end in the project. */
  run(args: readonly string[], input?: string): Promise<Outcome> {
    return fastmcp(args, { ...this.settings, limit: 2 * patience, ...(input !== undefined && { input }) })
  }

  /** Starts the program in the project, and waits until it says where it listens. */
  serve(args: readonly string[]): Promise<URL> {
    return listening(startFastmcp([...args, '-p', '0', ...this.tail], this.settings))
  }

  /** Starts a built server elsewhere, and waits until it says where it listens. */
  async serveBy(built: string, args: readonly string[], cwd: string): Promise<URL> {
    const words = [built, ...args, '-p', '0', ...this.tail]
    return listening(start(process.execPath, words, { ...this.settings, cwd }))
  }

  /** Where a client finds the server that a command serves on a transport. */
  async target(command: readonly string[], transport: 'stdio' | 'http' | 'sse'): Promise<Target> {
    const words = [...command, ...this.words, '-t', transport]
    if (transport === 'stdio') return { stdio: [...words, ...this.tail], program, ...this.settings }
    const url = await this.serve(words)
    return transport === 'sse' ? { sse: url } : { http: url }
  }

  async connect(kind: Kind, target: Target, manners: Manners = {}): Promise<Person> {
    const person = await introduce(kind, target, manners)
    this.#closing.push(() => person.close())
    return person
  }

  /** Connects these clients, one beside the other. */
  connectAll(kinds: readonly Kind[], target: Target, manners?: Manners): Promise<Person[]> {
    return Promise.all(kinds.map((kind) => this.connect(kind, target, manners)))
  }

  /** Has something closed when the cell is. */
  closing(close: () => Promise<unknown>): void {
    this.#closing.push(close)
  }

  get settings() {
    return { cwd: this.project.folder, env: environment(this.shape) }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    const closed = this.#closing.splice(0).map((close) => close().catch(() => undefined))
    // A client whose server hangs would keep the cell open.
    const late = new AbortController()
    await Promise.race([Promise.all(closed), delay(patience, undefined, { signal: late.signal })]).catch(
      () => undefined,
    )
    late.abort()
    await this.#beside?.[Symbol.asyncDispose]()
    await Promise.all(this.programs.map((program) => program.stop()))
    await rm(this.project.folder, { recursive: true, force: true, maxRetries: 50, retryDelay: 100 })
  }
}

/** What a program's start prints, or the error of its end. */
async function listening(started: Started): Promise<URL> {
  const [, url = ''] = await started.until(/listening on (http[^\s"]+)/)
  return new URL(url)
}

/** Programs find the Node that runs the matrix, and have time to load beside all others. */
function environment({ loads = 60 }: Shape): Record<string, string> {
  return { PATH: [dirname(process.execPath), path].join(delimiter), FASTMCP_LOAD_TIMEOUT: String(loads) }
}

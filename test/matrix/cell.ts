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
import { toolsFor } from './ability.ts'
import type { Edition, Save } from './edition.ts'
import type { Common, Home } from './home.ts'
import type { Journey } from './journey.ts'
import { introduce, type Kind, type Manners, type Person } from './person.ts'
import type { Program } from './programs.ts'
import type { Shape } from './shape.ts'

/** One shape on one journey, in a home: its programs and its clients, all of which it closes. */
export class Cell implements AsyncDisposable {
  readonly journey: Journey
  readonly home: Home
  /** Every program that was started for it alone, by its clients too. */
  readonly own: Program[] = []
  /** Those that it has in common with others. */
  readonly #common = new Set<readonly Program[]>()
  readonly #closing: (() => Promise<unknown>)[] = []

  constructor(home: Home, journey: Journey) {
    this.home = home
    this.journey = journey
  }

  get shape(): Shape {
    return this.home.shape
  }

  get project() {
    return this.home.project
  }

  /** What is typed to name the server. */
  get words(): readonly string[] {
    return this.home.words
  }

  /** The arguments of the server itself, to be typed last. */
  get tail(): readonly string[] {
    return this.shape.args ? ['--', ...this.shape.args] : []
  }

  get programs(): readonly Program[] {
    return [...[...this.#common].flat(), ...this.own]
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

  save(save: Save): Promise<void> {
    return this.home.save(save)
  }

  /** Runs the program to its end in the project. */
  run(args: readonly string[]): Promise<Outcome> {
    return fastmcp(args, { ...this.settings, limit: 2 * patience })
  }

  /** Runs the program to its end once for all who live here. */
  runOnce(args: readonly string[]): Promise<Outcome> {
    return this.#share(this.home.once(args.join(' '), () => this.run(args)))
  }

  /** Starts the program in the project, unless it runs there, and waits until it says where it listens. */
  serve(args: readonly string[]): Promise<URL> {
    const words = [...args, '-p', '0', ...this.tail]
    return this.#share(this.home.once(words.join(' '), () => listening(startFastmcp(words, this.settings))))
  }

  #share<T>({ came, programs }: Common<T>): Promise<T> {
    this.#common.add(programs)
    return came
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
    await Promise.all(this.own.map((program) => program.stop()))
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

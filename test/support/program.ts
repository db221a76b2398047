import { type ChildProcess, type SpawnOptions, spawn } from 'node:child_process'
import { once } from 'node:events'
import { delimiter } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'

/** The repository's root, and the program under test as it ships. */
export const root = fileURLToPath(new URL('../../', import.meta.url))
export const program = `${root}bin/fastmcp.js`

/** A PATH on which the program is, as after a global installation. */
export const path = [`${root}test/support/bin`, process.env.PATH].join(delimiter)

/** How long any single wait in a test may take, in milliseconds; where many wait at once, more is allowed. */
export const patience = Number(process.env.FASTMCP_TEST_PATIENCE ?? 40_000)

export interface Outcome {
  code: number | null
  signal: NodeJS.Signals | null
  stdout: string
  stderr: string
  /** Milliseconds from start to end. */
  took: number
}

export interface RunOptions {
  cwd?: string
  env?: Record<string, string | undefined>
  /** Text for stdin, which is then closed; without it stdin is closed at once. */
  input?: string
  node?: string
  /** Whom to run as. */
  uid?: number
  gid?: number
  /** Milliseconds after which the process is killed and the outcome has the signal SIGKILL. */
  limit?: number
}

/** Runs the program to its end. */
export async function fastmcp(args: readonly string[], options: RunOptions = {}): Promise<Outcome> {
  return run(options.node ?? process.execPath, [program, ...args], options)
}

export async function run(
  command: string,
  args: readonly string[],
  options: RunOptions = {},
): Promise<Outcome> {
  const started = performance.now()
  const child = spawn(command, args, settings(options, 'pipe'))
  const output = collect(child)
  child.stdin?.on('error', () => undefined)
  child.stdin?.end(options.input ?? '')
  const timer = setTimeout(() => child.kill('SIGKILL'), options.limit ?? patience)
  const ended = await closed(child)
  clearTimeout(timer)
  return { ...ended, ...output(), took: performance.now() - started }
}

/** A program that keeps running, and what it has printed so far. */
export class Started implements AsyncDisposable {
  readonly child: ChildProcess
  readonly #output: () => { stdout: string; stderr: string }
  readonly exited: Promise<Pick<Outcome, 'code' | 'signal'>>

  constructor(child: ChildProcess) {
    this.child = child
    // What is still being written when it ends: how it ended says more.
    child.stdin?.on('error', () => undefined)
    this.#output = collect(child)
    this.exited = closed(child)
  }

  get stdout(): string {
    return this.#output().stdout
  }

  get stderr(): string {
    return this.#output().stderr
  }

  /** Waits until stderr (or stdout) matches; fails with what was printed if the program ends before that. */
  async until(pattern: RegExp, stream: 'stdout' | 'stderr' = 'stderr'): Promise<RegExpExecArray> {
    const deadline = Date.now() + patience
    while (Date.now() < deadline) {
      const match = pattern.exec(this[stream])
      if (match) return match
      const source = this.child[stream]
      if (this.child.exitCode !== null || this.child.signalCode !== null || !source) break
      const looked = new AbortController()
      const { signal } = looked
      await Promise.race([
        once(source, 'data', { signal }).catch(() => undefined),
        this.exited,
        delay(1000, undefined, { signal }).catch(() => undefined),
      ])
      looked.abort()
    }
    const late = pattern.exec(this[stream])
    if (late) return late
    throw new Error(
      `never printed ${pattern}; exit ${this.child.exitCode}; stderr:\n${this.stderr}\nstdout:\n${this.stdout}`,
    )
  }

  kill(signal: NodeJS.Signals = 'SIGTERM'): void {
    this.child.kill(signal)
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (this.child.exitCode === null && this.child.signalCode === null) this.child.kill('SIGKILL')
    await this.exited
  }
}

/** Matches once a word has been printed so many times; written so that a failing match stays cheap. */
export const times = (word: string, count: number): RegExp =>
  new RegExp(`(?:(?:(?!${word})[\\s\\S])*${word}){${count}}`)

/** Starts the program and leaves it running, with a pipe as stdin that stays open. */
export function startFastmcp(args: readonly string[], options: RunOptions = {}): Started {
  return start(options.node ?? process.execPath, [program, ...args], options)
}

export function start(command: string, args: readonly string[], options: RunOptions = {}): Started {
  return new Started(spawn(command, args, settings(options, 'pipe')))
}

/** Starts `fastmcp run` over HTTP on a free port and waits until it says where it listens. */
export const serveHttp = (file: string, args: readonly string[] = [], options: RunOptions = {}) =>
  listening(startFastmcp(['run', file, '-t', 'streamable-http', '-p', '0', ...args], options))

/** Waits until a program says on stderr where it listens. */
export async function listening(started: Started): Promise<Started & { url: URL }> {
  const [, url = ''] = await started.until(/listening on ([^\s"]+)/).catch(async (error: unknown) => {
    await started[Symbol.asyncDispose]()
    throw error
  })
  return Object.assign(started, { url: new URL(url) })
}

export const serveSse = (file: string, args: readonly string[] = [], options: RunOptions = {}) =>
  serveHttp(file, ['-t', 'sse', ...args], options)

function settings({ cwd, env, uid, gid }: RunOptions, stdio: 'pipe'): SpawnOptions {
  // What the shell of whoever runs the tests has set must not change what is tested.
  const { PORT: _port, HOST: _host, ...inherited } = process.env
  const user = uid === undefined ? {} : { uid, gid }
  return { cwd: cwd ?? root, env: { ...inherited, PATH: path, ...env } as NodeJS.ProcessEnv, stdio, ...user }
}

/** How a program ended, once all that it printed is here; what it has left behind may hold its pipes only so long. */
function closed(child: ChildProcess): Promise<Pick<Outcome, 'code' | 'signal'>> {
  child.once('exit', () => {
    const timer = setTimeout(() => {
      for (const stream of [child.stdin, child.stdout, child.stderr]) stream?.destroy()
    }, patience)
    child.once('close', () => clearTimeout(timer))
  })
  return new Promise((resolve) => child.once('close', (code, signal) => resolve({ code, signal })))
}

function collect(child: ChildProcess): () => { stdout: string; stderr: string } {
  const chunks = { stdout: [] as Buffer[], stderr: [] as Buffer[] }
  child.stdout?.on('data', (chunk: Buffer) => chunks.stdout.push(chunk))
  child.stderr?.on('data', (chunk: Buffer) => chunks.stderr.push(chunk))
  return () => ({
    stdout: Buffer.concat(chunks.stdout).toString(),
    stderr: Buffer.concat(chunks.stderr).toString(),
  })
}

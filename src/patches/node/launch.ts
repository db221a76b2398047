// Patches: `spawn`, `fork`, `spawnSync`, `execFileSync` and `execSync`; `process.exit` of a launcher; makes a child that
//   was never spawned.
// Why: a file that hands its stdin and stdout to another program is that program, and is served as by
//   `--exec`.
// On: Node 20.19–26.
// Otherwise: the program starts with a stdin that is silent: `no MCP server in …`, with the words to run
//   it by `--exec`.

import childProcess, { type ChildProcess } from 'node:child_process'
import { syncBuiltinESMExports } from 'node:module'
import { fileURLToPath } from 'node:url'
import { ExitRequested } from './exit-guard.ts'

/** A child process that inherits the module's stdin and stdout: it is the server, and the module only its launcher. */
export interface Launch {
  readonly command: string
  readonly args: readonly string[]
  readonly env: NodeJS.ProcessEnv
  readonly cwd: string | undefined
}

type Start = 'spawn' | 'fork' | 'spawnSync' | 'execFileSync' | 'execSync'
type Starter = (...args: unknown[]) => unknown
type Starters = Record<Start, Starter>

const starts: readonly Start[] = ['spawn', 'fork', 'spawnSync', 'execFileSync', 'execSync']

/** Holds back child processes that would inherit this process's stdin and stdout. */
export class HeldLaunches {
  launch: Launch | undefined
  readonly #starters = childProcess as unknown as Starters
  readonly #originals = starts.map((name) => [name, this.#starters[name]] as const)
  readonly #ours = new Map<Start, Starter>()
  readonly #mayHold: () => boolean
  #finished = false

  /**
   * @param mayHold whether the module may be only a launcher, as far as known.
   * @param heldOne is called for the first one.
   */
  constructor(mayHold: () => boolean, heldOne: () => void) {
    this.#mayHold = mayHold
    for (const [name, original] of this.#originals) {
      const hold = (args: unknown[]) => this.#hold(name, args, heldOne)
      const ours: Starter = function (this: unknown, ...args) {
        return hold(args) ?? Reflect.apply(original, this, args)
      }
      this.#starters[name] = ours
      this.#ours.set(name, ours)
    }
    syncBuiltinESMExports()
  }

  /** Stops holding. If one was held, what the launcher does after its exit has no effect. */
  finish(): void {
    this.#finished = true
    // Wrappers that others installed around ours stay, and call the original through it.
    for (const [name, original] of this.#originals)
      if (this.#starters[name] === this.#ours.get(name)) this.#starters[name] = original
    syncBuiltinESMExports()
  }

  #hold(name: Start, args: unknown[], heldOne: () => void): ChildProcess | undefined {
    const mayHold = !this.#finished && this.launch === undefined && this.#mayHold()
    const launch = mayHold ? launchOf(...asSpawn(name, args)) : undefined
    if (!launch) return undefined
    this.launch = launch
    heldOne()
    // A synchronous launch never returns: its program is served for as long as this process lives.
    process.exit = gone
    return name.endsWith('Sync') ? gone() : neverEnding()
  }
}

const gone = (): never => {
  throw new ExitRequested('the program is served from here on: one is started for each session')
}

/** A ChildProcess that was never spawned, and so never exits. */
function neverEnding(): ChildProcess {
  // Node's types call the class abstract.
  const child = new (childProcess.ChildProcess as unknown as new () => ChildProcess)()
  // Without a pid, Node's own would signal the whole process group.
  child.kill = () => true
  return child
}

/** Converts the arguments to those of `spawn`. */
function asSpawn(name: Start, [first, ...rest]: unknown[]): unknown[] {
  if (name === 'execSync') return [first, { shell: true, ...Object(rest[0]) }]
  if (name !== 'fork') return [first, ...rest]
  const args = Array.isArray(rest[0]) ? rest[0].map(String) : []
  const options = Object(Array.isArray(rest[0]) ? rest[1] : rest[0]) as childProcess.ForkOptions
  const { execPath = process.execPath, execArgv = process.execArgv } = options
  const file = first instanceof URL ? fileURLToPath(first) : String(first)
  return [execPath, [...execArgv, file, ...args], options]
}

/** The program of a `spawn`-like call, if it would inherit both stdin and stdout. */
function launchOf(command?: unknown, ...rest: unknown[]): Launch | undefined {
  const args = Array.isArray(rest[0]) ? rest[0].map(String) : []
  const given = (Array.isArray(rest[0]) ? rest[1] : rest[0]) as childProcess.SpawnOptions | undefined
  const { stdio, shell, env = process.env, cwd } = given ?? {}
  if (typeof command !== 'string' || !inherits(stdio) || prepares.test([command, ...args].join(' '))) {
    return undefined
  }
  const options = { env: { ...env }, cwd: cwd === undefined ? undefined : String(cwd) }
  if (!shell) return { command, args, ...options }
  // The quoting of cmd.exe cannot be expressed as an argument list.
  if (process.platform === 'win32') return undefined
  const text = [command, ...args].join(' ')
  return { command: shell === true ? '/bin/sh' : shell, args: ['-c', text], ...options }
}

function inherits(stdio: childProcess.StdioOptions | undefined): boolean {
  if (!Array.isArray(stdio)) return stdio === 'inherit'
  const own = [process.stdin, process.stdout]
  return own.every((stream, fd) => ['inherit', fd, stream].includes(stdio[fd] as string))
}

/** Preparatory commands, which exit before the server starts. */
const prepares =
  /(^|[\s/\\])(npm|pnpm|yarn|bun|npx|pip3?|git|docker)(\.cmd|\.exe)?\s(.*\s)?(install|i|ci|add|build|pull|clone|rebuild)(\s|$)/

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

/** A program to which a module hands its own stdin and stdout: the server, where the module only finds and starts it. */
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

/** Starts no program that would get the stdin and stdout of this process, and keeps what it would have been. */
export class HeldLaunches {
  launch: Launch | undefined
  readonly #starters = childProcess as unknown as Starters
  readonly #originals = starts.map((name) => [name, this.#starters[name]] as const)
  readonly #ours = new Map<Start, Starter>()
  readonly #mayHold: () => boolean
  #finished = false

  /**
   * @param mayHold whether the module can be a mere launcher, as far as it is known yet.
   * @param heldOne is told of the first program.
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

  /** Programs start again; of a launcher's own, what it does when they have ended stays without effect. */
  finish(): void {
    this.#finished = true
    // What has been put around ours meanwhile stays, and calls the original through it.
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
    // Nothing comes after a call that ends with its program, which is now served for as long as this process lives.
    process.exit = gone
    return name.endsWith('Sync') ? gone() : neverEnding()
  }
}

const gone = (): never => {
  throw new ExitRequested('the program is served from here on: one is started for each session')
}

/** A child that was never spawned, and so never ends. */
function neverEnding(): ChildProcess {
  // Node's types call the class abstract.
  const child = new (childProcess.ChildProcess as unknown as new () => ChildProcess)()
  // Node's own would signal the whole process group, for want of a process id.
  child.kill = () => true
  return child
}

/** The same start, as a call of `spawn`. */
function asSpawn(name: Start, [first, ...rest]: unknown[]): unknown[] {
  if (name === 'execSync') return [first, { shell: true, ...Object(rest[0]) }]
  if (name !== 'fork') return [first, ...rest]
  const args = Array.isArray(rest[0]) ? rest[0].map(String) : []
  const options = Object(Array.isArray(rest[0]) ? rest[1] : rest[0]) as childProcess.ForkOptions
  const { execPath = process.execPath, execArgv = process.execArgv } = options
  const file = first instanceof URL ? fileURLToPath(first) : String(first)
  return [execPath, [...execArgv, file, ...args], options]
}

/** What a call of `spawn` and its likes would start, if that would get both our stdin and our stdout. */
function launchOf(command?: unknown, ...rest: unknown[]): Launch | undefined {
  const args = Array.isArray(rest[0]) ? rest[0].map(String) : []
  const given = (Array.isArray(rest[0]) ? rest[1] : rest[0]) as childProcess.SpawnOptions | undefined
  const { stdio, shell, env = process.env, cwd } = given ?? {}
  if (typeof command !== 'string' || !inherits(stdio) || prepares.test([command, ...args].join(' '))) {
    return undefined
  }
  const options = { env: { ...env }, cwd: cwd === undefined ? undefined : String(cwd) }
  if (!shell) return { command, args, ...options }
  // Of Windows' own shell, quoting cannot be handed on by arguments.
  if (process.platform === 'win32') return undefined
  const text = [command, ...args].join(' ')
  return { command: shell === true ? '/bin/sh' : shell, args: ['-c', text], ...options }
}

function inherits(stdio: childProcess.StdioOptions | undefined): boolean {
  if (!Array.isArray(stdio)) return stdio === 'inherit'
  const own = [process.stdin, process.stdout]
  return own.every((stream, fd) => ['inherit', fd, stream].includes(stdio[fd] as string))
}

/** What only gets things ready, and ends before the server begins. */
const prepares =
  /(^|[\s/\\])(npm|pnpm|yarn|bun|npx|pip3?|git|docker)(\.cmd|\.exe)?\s(.*\s)?(install|i|ci|add|build|pull|clone|rebuild)(\s|$)/

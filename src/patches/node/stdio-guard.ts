// Patches: `process.stdout`, what writes and opens in `fs`, `ChildProcess.prototype.spawn` and its
//   likes, `Worker`.
// Why: stdout holds the protocol and nothing else, whoever prints.
// On: Node 20.19–26.
// Otherwise: what is printed past it reaches the client as a line that is no JSON; nothing is said.

import childProcess from 'node:child_process'
import fs from 'node:fs'
import { syncBuiltinESMExports } from 'node:module'
import type { Readable, Writable } from 'node:stream'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import workers from 'node:worker_threads'
import { codeOf } from '../../terminal/errors.ts'
import { silenceStdin } from './silent-stdin.ts'

/** The real streams of the process, hidden from user code. */
export interface OwnedStdio {
  readonly input: Readable
  readonly output: Writable
  /** Ends the stdin that user code sees. */
  endUserInput(): void
  /** Restores the real streams, for an object that serves stdio itself. */
  release(): void
}

/**
 * Keeps stdout for the protocol, from before user code loads: what user code prints goes to stderr, whether
 * through `console`, `process.stdout`, `fs` on descriptor 1, a child that inherits it, or a worker. Its stdin
 * stays silent until the server stops. Writes to descriptor 1 from native code cannot be caught.
 */
export function takeStdio(workerPreload: URL): OwnedStdio {
  const input = process.stdin
  // Accessing the property creates the stream, which must happen before `fs` is guarded.
  const output = process.stdout
  const original = Object.getOwnPropertyDescriptor(process, 'stdout')
  const userInput = silenceStdin()
  const restore = divertStdout(workerPreload)
  return {
    input,
    output,
    endUserInput: () => userInput.end(),
    release: () => {
      userInput.release()
      if (original) Object.defineProperty(process, 'stdout', original)
      restore()
    },
  }
}

/** The part of the guard that worker threads need too. Returns a function that undoes it. */
export function divertStdout(workerPreload: URL | undefined): () => void {
  Object.defineProperty(process, 'stdout', {
    configurable: true,
    enumerable: true,
    get: () => process.stderr,
  })
  const undo = [...guardFiles(), ...guardChildren(), ...(workerPreload ? [guardWorkers(workerPreload)] : [])]
  syncBuiltinESMExports()
  return () => {
    for (const back of undo) back()
    syncBuiltinESMExports()
  }
}

/** Functions of `fs` that write to what their first argument names, a descriptor or a path. */
const writers = [
  'write',
  'writeSync',
  'writev',
  'writevSync',
  'writeFile',
  'writeFileSync',
  'appendFile',
  'appendFileSync',
] as const
/** Functions that open a path, which need a path instead of a descriptor. */
const openers = ['open', 'openSync'] as const

function guardFiles(): (() => void)[] {
  const write =
    (original: AnyFunction) =>
    (file: unknown, ...rest: unknown[]) =>
      isStdout(file) ? patiently(() => original(2, ...rest)) : original(file, ...rest)
  const open =
    (original: AnyFunction) =>
    (file: unknown, flags: unknown, ...rest: unknown[]) =>
      isStdout(file)
        ? original(stderrPath, appending, ...(typeof flags === 'function' ? [flags] : rest))
        : original(file, flags, ...rest)
  const stream =
    (original: AnyFunction) =>
    (file: unknown, ...rest: unknown[]) =>
      isStdout(file) ? original(stderrPath, appendingStream(rest[0])) : original(file, ...rest)
  const writeStderr = promisify(fs.writeFile) as AnyFunction
  const writeLater =
    (original: AnyFunction) =>
    (file: unknown, ...rest: unknown[]) =>
      isStdout(file) ? writeStderr(2, ...rest) : original(file, ...rest)
  return [
    ...writers.map((name) => replace(fs, name, write)),
    ...openers.map((name) => replace(fs, name, open)),
    replace(fs, 'createWriteStream', stream),
    replace(fs.promises, 'open', open),
    ...['writeFile', 'appendFile'].map((name) => replace(fs.promises, name, writeLater)),
  ]
}

const stderrPath = '/dev/stderr'
const stdoutPaths = new Set(['/dev/stdout', '/dev/fd/1', '/proc/self/fd/1', `/proc/${process.pid}/fd/1`])

/** Whether the first argument of an `fs` function means descriptor 1, in any form. */
function isStdout(file: unknown): boolean {
  if (typeof file === 'string') return stdoutPaths.has(file)
  if (file instanceof URL) return file.protocol === 'file:' && stdoutPaths.has(file.pathname)
  return file === 1 || (Buffer.isBuffer(file) && file.length < 32 && stdoutPaths.has(file.toString()))
}

/** A stderr that is redirected to a file must not be truncated. */
const appending = 'a'
/** @param options those of `createWriteStream`, or the encoding alone. */
const appendingStream = (options: unknown) => ({
  ...(typeof options === 'string' ? { encoding: options } : Object(options)),
  flags: appending,
})

/** Retries a synchronous write to a piped stderr, which fails with EAGAIN while the reader is slow. */
function patiently<T>(write: () => T): T {
  for (let tries = 0; ; tries++) {
    try {
      return write()
    } catch (error) {
      if (codeOf(error) !== 'EAGAIN' || tries > 200) throw error
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 5)
    }
  }
}

function guardChildren(): (() => void)[] {
  const spawnAny = replace(
    childProcess.ChildProcess.prototype as unknown as Functions,
    'spawn',
    (spawn) =>
      function (this: unknown, options) {
        return spawn.call(this, withSafeStdio(options as StdioOptions))
      },
  )
  const sync = (['spawnSync', 'execSync', 'execFileSync'] as const).map((name) =>
    replace(childProcess as unknown as Functions, name, (spawn) => (...args) => {
      const last = args.length - 1
      const options = args[last]
      const given = typeof options === 'object' && options !== null && !Array.isArray(options)
      return given ? spawn(...args.slice(0, last), withSafeStdio(options as StdioOptions)) : spawn(...args)
    }),
  )
  return [spawnAny, ...sync]
}

interface StdioOptions {
  stdio?: unknown
}

/** No child may write to the protocol, nor read the client's messages. */
function withSafeStdio<T extends StdioOptions>(options: T): T {
  const { stdio } = options
  if (stdio === 'inherit') return { ...options, stdio: ['ignore', 2, 2] }
  if (!Array.isArray(stdio)) return options
  const safe = stdio.map((entry, fd) => {
    if (fd === 0 && (entry === 'inherit' || entry === 0)) return 'ignore'
    return entry === 1 || (fd === 1 && entry === 'inherit') ? 2 : entry
  })
  return { ...options, stdio: safe }
}

function guardWorkers(preload: URL): () => void {
  const original = workers.Worker
  workers.Worker = class extends original {
    constructor(file: string | URL, options: ConstructorParameters<typeof original>[1] = {}) {
      // A worker has its own `fs`, so the guard must be installed there again.
      const execArgv = [...(options.execArgv ?? process.execArgv), '--require', fileURLToPath(preload)]
      super(file, { ...options, execArgv })
    }
  }
  return () => {
    workers.Worker = original
  }
}

type AnyFunction = (this: unknown, ...args: unknown[]) => unknown
type Functions = Record<string, AnyFunction>

/** Wraps a function, and returns a function that restores it. */
function replace(target: object, name: string, wrap: (original: AnyFunction) => AnyFunction): () => void {
  const functions = target as Functions
  const original = functions[name]
  if (!original) return () => undefined
  functions[name] = Object.assign(wrap(original), original)
  return () => {
    functions[name] = original
  }
}

import { type ChildProcess, spawn } from 'node:child_process'
import { errorCodes, errorReply, type JsonRpcMessage, messageText } from '../../protocol/jsonrpc.ts'
import type { TruncatedMessage } from '../../protocol/truncated-message.ts'
import { writeError } from '../../terminal/output.ts'
import { type GatewayParts, NotTaken, type Upstream } from '../upstream.ts'
import { ChildOutput } from './child-output.ts'
import type { ProgramSlots, Slot } from './program-slots.ts'
import type { Reaper } from './reaper.ts'

/** How to start a program that speaks MCP on its standard streams. */
export interface Command {
  readonly command: string
  readonly args: readonly string[]
  readonly env: NodeJS.ProcessEnv
  readonly cwd?: string | undefined
}

/** What all programs of one gateway share. */
export interface ChildParts extends GatewayParts {
  readonly reaper: Reaper
  readonly slots: ProgramSlots
}

/**
 * Milliseconds that a program gets after its stdin has ended, and then after SIGTERM; and for the rest of its output to
 * arrive after its exit.
 */
const stopLimits = { end: 2_000, term: 1_000, rest: 500 }
/** Maximum unread characters of a program's stdin, including the overhead of each message. */
const unreadLimit = 32 * 1024 * 1024
const keeping = 512

/** A program in any language, started for one conversation; its stderr goes to ours. */
export class ChildUpstream implements Upstream {
  onmessage: Upstream['onmessage'] = undefined
  onclose: Upstream['onclose'] = undefined
  onerror: Upstream['onerror'] = undefined
  /** The caller that it runs for, if authenticated. */
  subject: string | undefined
  /** How the program exited, as text that follows its name. */
  end: string | undefined
  /** Whether it exited abnormally. */
  failed = false
  readonly #command: Command
  readonly #parts: ChildParts
  #slot: Slot | undefined
  #child: ChildProcess | undefined
  #spawned: Promise<void> | undefined
  #output: ChildOutput | undefined
  #ended: Promise<void> = Promise.resolve()
  #unread = 0
  #closed = false

  constructor(command: Command, parts: ChildParts) {
    this.#command = command
    this.#parts = parts
  }

  /** @throws Node's error if the program cannot be started, or an error if too many are running. */
  async start(): Promise<void> {
    try {
      this.#slot = await this.#parts.slots.take(this.subject)
      // The conversation may have ended while it waited.
      if (this.#closed) throw new Error('the conversation has ended')
      await this.spawn()
      this.#read()
    } catch (error) {
      this.#slot?.release()
      this.#kill('SIGKILL')
      throw error
    }
    // It may have been started ahead, and have exited since.
    if (this.end !== undefined) this.#slot.release()
  }

  /**
   * Starts the program; its output stays in the pipe until there is a conversation.
   * @throws Node's error if it cannot be started.
   */
  spawn(): Promise<void> {
    this.#spawned ??= this.#spawn()
    return this.#spawned
  }

  #spawn(): Promise<void> {
    const { command, args, env, cwd } = this.#command
    // In its own process group, so that its children can be killed with it.
    const detached = process.platform !== 'win32'
    const child = spawn(command, args, { env, cwd, detached, stdio: ['pipe', 'pipe', 2], windowsHide: true })
    this.#child = child
    const spawned = new Promise<void>((resolve, reject) => {
      child.once('error', reject)
      child.once('spawn', () => {
        this.#parts.reaper.watch(child.pid)
        resolve()
      })
    })
    // Without a free file descriptor there is no pipe.
    if (!child.stdout || !child.stdin) return spawned
    child.stdin.on('error', () => undefined)
    this.#ended = this.#endOf(child)
    return spawned
  }

  #read(): ChildOutput | undefined {
    const stdout = this.#child?.stdout
    if (stdout)
      this.#output ??= new ChildOutput(stdout, this.#parts.maxMessage, {
        message: (message) => this.onmessage?.(message),
        lost: (message, fault) => this.#lost(message, fault),
        // Treated like its stderr output.
        stray: (text) => writeError(text.slice(0, 10_000)),
      })
    return this.#output
  }

  send(message: JsonRpcMessage): Promise<void> {
    const stdin = this.#child?.stdin
    if (!stdin?.writable) return Promise.reject(new NotTaken(`the program ${this.end ?? 'has ended'}`))
    if (this.#unread > unreadLimit) return Promise.reject(new Error('it does not read what it is sent'))
    const line = `${messageText(message)}\n`
    this.#unread += line.length + keeping
    return new Promise((resolve, reject) => {
      stdin.write(line, (error) => {
        this.#unread -= line.length + keeping
        if (error) reject(error)
        else resolve()
      })
    })
  }

  async close(): Promise<void> {
    this.#closed = true
    const child = this.#child
    if (!child) return
    this.#slot?.leave()
    child.stdin?.end()
    const term = setTimeout(() => this.#kill('SIGTERM'), stopLimits.end)
    const kill = setTimeout(() => this.#kill('SIGKILL'), stopLimits.end + stopLimits.term)
    await this.#ended
    clearTimeout(term)
    clearTimeout(kill)
  }

  /** Resolves when the program has exited, even if other processes hold its stdout. */
  #endOf(child: ChildProcess): Promise<void> {
    return new Promise((resolve) => {
      const ended = () => {
        clearTimeout(timer)
        this.#parts.reaper.forget(child.pid)
        this.#slot?.release()
        resolve()
        this.onclose?.()
      }
      let timer: NodeJS.Timeout | undefined
      child.once('close', ended)
      child.once('exit', (code, signal) => {
        this.failed = code !== 0
        this.end = signal === null ? `exited with code ${code}` : `was killed by ${signal}`
        // Its remaining children are in its group.
        this.#kill('SIGKILL')
        this.#read()?.last()
        timer = setTimeout(() => child.stdout?.destroy(), stopLimits.rest)
      })
    })
  }

  #kill(signal: NodeJS.Signals): void {
    const pid = this.#child?.pid
    if (pid === undefined) return
    try {
      if (process.platform === 'win32') this.#child?.kill(signal)
      else process.kill(-pid, signal)
    } catch {
      // It has exited already.
    }
  }

  /** Fails the request whose response cannot be delivered; if that is unknown, all requests. */
  #lost({ id, method, unknown }: TruncatedMessage, fault: string): void {
    const what = method ?? (id === undefined ? 'a line' : `the answer to request ${id}`)
    this.#parts.log('warning', `${this.#command.command}: ${what} was dropped: ${fault}`)
    if (id !== undefined) {
      const reply = errorReply(id, errorCodes.internal, `The message was dropped: ${fault}`)
      if (method === undefined) void this.onmessage?.(reply)
      else this.send(reply).catch(() => undefined)
    } else if (unknown) void this.close()
  }
}

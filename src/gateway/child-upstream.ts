import { type ChildProcess, spawn } from 'node:child_process'
import { type JsonRpcMessage, messageFault, messageText } from '../jsonrpc.ts'
import { LineSplitter } from '../transports/stdio-lines.ts'
import type { Reaper } from './reaper.ts'
import type { Upstream } from './upstream.ts'

/** How to start a program that speaks MCP on its standard streams. */
export interface Command {
  readonly command: string
  readonly args: readonly string[]
  readonly env: NodeJS.ProcessEnv
  readonly cwd?: string | undefined
}

/** Milliseconds that a program gets after its stdin has ended, and then after SIGTERM. */
const patience = { end: 2_000, term: 1_000 }

/** A program of any language, started for one conversation; what it writes to stderr goes to ours. */
export class ChildUpstream implements Upstream {
  onmessage: Upstream['onmessage'] = undefined
  onclose: Upstream['onclose'] = undefined
  onerror: Upstream['onerror'] = undefined
  readonly #command: Command
  readonly #reaper: Reaper
  #child: ChildProcess | undefined
  #ended: Promise<void> = Promise.resolve()

  constructor(command: Command, reaper: Reaper) {
    this.#command = command
    this.#reaper = reaper
  }

  /** @throws Error of Node's when the program cannot be started. */
  start(): Promise<void> {
    const { command, args, env, cwd } = this.#command
    // A group of its own, so that what it starts itself can be ended with it.
    const detached = process.platform !== 'win32'
    const child = spawn(command, args, { env, cwd, detached, stdio: ['pipe', 'pipe', 2], windowsHide: true })
    this.#child = child
    const lines = new LineSplitter({
      line: (text) => this.#read(text),
      tooLong: () => this.onerror?.(new Error('a line of the program was too long')),
    })
    child.stdout?.on('data', (chunk: Buffer) => lines.push(chunk))
    child.stdin?.on('error', () => undefined)
    this.#ended = new Promise((resolve) => {
      child.once('close', () => {
        this.#reaper.forget(child.pid)
        resolve()
        this.onclose?.()
      })
    })
    return new Promise((resolve, reject) => {
      child.once('error', reject)
      child.once('spawn', () => {
        this.#reaper.watch(child.pid)
        resolve()
      })
    })
  }

  send(message: JsonRpcMessage): Promise<void> {
    const stdin = this.#child?.stdin
    if (!stdin?.writable) return Promise.reject(new Error('the program has ended'))
    return new Promise((resolve, reject) => {
      stdin.write(`${messageText(message)}\n`, (error) => (error ? reject(error) : resolve()))
    })
  }

  async close(): Promise<void> {
    const child = this.#child
    if (!child || child.exitCode !== null || child.signalCode !== null) return
    child.stdin?.end()
    const term = setTimeout(() => this.#kill('SIGTERM'), patience.end)
    const kill = setTimeout(() => this.#kill('SIGKILL'), patience.end + patience.term)
    await this.#ended
    clearTimeout(term)
    clearTimeout(kill)
    // What it started and left behind is in its group.
    this.#kill('SIGKILL')
  }

  #kill(signal: NodeJS.Signals): void {
    const pid = this.#child?.pid
    if (pid === undefined) return
    try {
      if (process.platform === 'win32') this.#child?.kill(signal)
      else process.kill(-pid, signal)
    } catch {
      // It is gone already.
    }
  }

  #read(text: string): void {
    let message: unknown
    try {
      message = JSON.parse(text)
    } catch {
      this.onerror?.(new Error(`the program printed a line that is no message: ${text.slice(0, 120)}`))
      return
    }
    const fault = messageFault(message)
    if (fault === undefined) this.onmessage?.(message as JsonRpcMessage)
    else this.onerror?.(new Error(`the program sent a message that is none: ${fault}`))
  }
}

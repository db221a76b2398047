import { spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { setTimeout as delay } from 'node:timers/promises'
import { patience } from './program.ts'

/** Why nothing can be typed into tmux here; `false` when it is there. */
export const noTmux = spawnSync('tmux', ['-V']).status !== 0 && 'there is no tmux'

export interface TmuxOptions {
  cwd: string
  env?: Record<string, string>
}

let count = 0

/** A shell in a terminal of tmux, with a person's keys and a person's view of it. */
export class Tmux implements AsyncDisposable {
  readonly #socket = `fastmcp-test-${process.pid}-${count++}`
  readonly #child

  constructor({ cwd, env }: TmuxOptions) {
    // Of the terminal the tests run in, and of the tests themselves, nothing is to be seen in it.
    const { TMUX: _outer, NO_COLOR: _colour, NODE_TEST_CONTEXT: _test, ...inherited } = process.env
    // In control mode it tells what is printed the moment it is.
    const args = ['-L', this.#socket, '-f', '/dev/null', '-C', 'new-session', '-x', '120', '-y', '48', 'sh']
    this.#child = spawn('tmux', args, { cwd, env: { ...inherited, PS1: '$ ', ENV: '', ...env } })
    this.#child.stdin.write('refresh-client -C 120x48\n')
  }

  /** Types text as it is, and then presses keys by their names, such as `Enter`, `Down` or `C-c`. */
  press(text: string, ...keys: string[]): void {
    if (text !== '') this.#tmux('send-keys', '-l', '--', text)
    if (keys.length > 0) this.#tmux('send-keys', ...keys)
  }

  /** What can be seen, with what has scrolled away above it. */
  get screen(): string {
    return this.#tmux('capture-pane', '-p', '-J', '-S', '-')
  }

  /** Waits until the screen matches. */
  async until(pattern: RegExp, limit = patience): Promise<RegExpExecArray> {
    const deadline = Date.now() + limit
    for (;;) {
      const match = pattern.exec(this.screen)
      if (match) return match
      if (Date.now() > deadline) throw new Error(`never showed ${pattern}; the screen is\n${this.screen}`)
      const looked = new AbortController()
      const { signal } = looked
      const printed = once(this.#child.stdout, 'data', { signal }).catch(() => undefined)
      await Promise.race([printed, delay(1000, undefined, { signal }).catch(() => undefined)])
      looked.abort()
    }
  }

  #tmux(...args: string[]): string {
    const { stdout } = spawnSync('tmux', ['-L', this.#socket, ...args], { encoding: 'utf8' })
    return stdout
  }

  async [Symbol.asyncDispose](): Promise<void> {
    const closed = this.#child.exitCode === null ? once(this.#child, 'close') : undefined
    this.#tmux('kill-server')
    await closed
  }
}

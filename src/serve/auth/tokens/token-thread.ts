import { existsSync } from 'node:fs'
import { Worker } from 'node:worker_threads'
import type { CheckedToken } from './checked-token.ts'
import type { TokenRules } from './token-rules.ts'

/** What the thread is asked. */
export interface TokenQuestion {
  readonly id: number
  readonly rules: string
  readonly token: string
}

/** What it answers. */
export interface TokenAnswer {
  readonly id: number
  readonly checked: CheckedToken
}

// Taken before user code runs. Here it is a file beside this one, or text inside a file that `fastmcp build` has made.
const script = new URL('./token-worker.js', import.meta.url)
const { stringify } = JSON
const { env } = process

/** Variables by which Node reaches other servers; all others are none of the thread's business. */
const reachNames = [
  'NODE_TLS_REJECT_UNAUTHORIZED',
  'NODE_USE_ENV_PROXY',
  'HTTP_PROXY',
  'HTTPS_PROXY',
  'NO_PROXY',
]

/** Megabytes of memory that the thread may take. */
const memory = 256

/**
 * Checks tokens by rules, in a thread of its own: libraries that user code replaces `fetch`, `JSON.parse` or
 * `crypto.subtle` with cannot reach it there, and code that blocks the event loop does not hold up its fetches.
 */
export function tokenCheck(rules: TokenRules): (token: string) => Promise<CheckedToken> {
  const text = stringify(rules)
  return (token) => askThread(text, token)
}

let thread: TokenThread | undefined

async function askThread(rules: string, token: string): Promise<CheckedToken> {
  if (script.protocol === 'file:' && !existsSync(script)) {
    // Some bundler has put the library into a file of its own, and left this one behind.
    const { checkToken } = await import('./token-checks.ts')
    return checkToken(rules, token)
  }
  thread ??= new TokenThread(() => {
    thread = undefined
  })
  return thread.ask(rules, token)
}

class TokenThread {
  readonly #worker: Worker
  readonly #waiting = new Map<number, (checked: CheckedToken) => void>()
  #asked = 0

  /** @param ended is told when it can be asked no more. */
  constructor(ended: () => void) {
    const resourceLimits = { maxOldGenerationSizeMb: memory }
    this.#worker = new Worker(script, { execArgv: [], env: reachEnv(), resourceLimits })
    this.#worker.on('message', ({ id, checked }: TokenAnswer) => this.#settle(id, checked))
    let fault = 'it has ended'
    this.#worker.on('error', (error) => {
      fault = error instanceof Error ? error.message : String(error)
    })
    this.#worker.on('exit', () => {
      ended()
      const checked = {
        kind: 'unavailable',
        fault: `the thread that checks tokens failed: ${fault}`,
      } as const
      for (const id of this.#waiting.keys()) this.#settle(id, checked)
    })
    this.#worker.unref()
  }

  ask(rules: string, token: string): Promise<CheckedToken> {
    const id = ++this.#asked
    return new Promise((resolve) => {
      // Whoever waits for an answer must get it, even if nothing else keeps the process alive.
      if (this.#waiting.size === 0) this.#worker.ref()
      this.#waiting.set(id, resolve)
      this.#worker.postMessage({ id, rules, token } satisfies TokenQuestion)
    })
  }

  #settle(id: number, checked: CheckedToken): void {
    this.#waiting.get(id)?.(checked)
    this.#waiting.delete(id)
    if (this.#waiting.size === 0) this.#worker.unref()
  }
}

function reachEnv(): Record<string, string> {
  const names = reachNames.flatMap((name) => [name, name.toLowerCase()])
  return Object.fromEntries(names.flatMap((name) => (env[name] === undefined ? [] : [[name, env[name]]])))
}

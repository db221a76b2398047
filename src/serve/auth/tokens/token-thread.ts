import { existsSync } from 'node:fs'
import { Worker } from 'node:worker_threads'
import type { CheckedToken } from './checked-token.ts'
import type { TokenRules } from './token-rules.ts'

/** A request to the thread. */
export interface TokenQuestion {
  readonly id: number
  readonly rules: string
  readonly token: string
}

/** The thread's response. */
export interface TokenAnswer {
  readonly id: number
  readonly checked: CheckedToken
}

// Resolved before user code runs: a file next to this one, or a data URL inside a file made by `fastmcp build`.
const script = new URL('./token-worker.js', import.meta.url)
const { stringify } = JSON
const { env } = process

/** Environment variables that affect how Node connects to servers; the thread gets no others. */
const reachNames = [
  'NODE_TLS_REJECT_UNAUTHORIZED',
  'NODE_USE_ENV_PROXY',
  'HTTP_PROXY',
  'HTTPS_PROXY',
  'NO_PROXY',
]

/** Memory limit of the thread in megabytes. */
const memory = 256

/**
 * Checks tokens in a thread of its own: there it is safe from user code that replaces `fetch`, `JSON.parse` or
 * `crypto.subtle`, and code that blocks the main event loop does not delay its fetches.
 */
export function tokenCheck(rules: TokenRules): (token: string) => Promise<CheckedToken> {
  const text = stringify(rules)
  return (token) => askThread(text, token)
}

let thread: TokenThread | undefined

async function askThread(rules: string, token: string): Promise<CheckedToken> {
  if (script.protocol === 'file:' && !existsSync(script)) {
    // A bundler has inlined the library and left the thread's script behind.
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

  /** @param ended is called when the thread has ended. */
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
      // A pending check must complete even if nothing else keeps the process alive.
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

import { existsSync } from 'node:fs'
import { now } from '../../process/clock.ts'
import { plainHeaders } from '../../transports/web/web-headers.ts'
import { type Challenge, challengeOf, nothingSaid } from './challenge.ts'
import type { Login } from './login.ts'
import { LoginFault, LoginNeeded } from './login-fault.ts'
import type { LoginSettings } from './login-settings.ts'
import { loginFile } from './stored-logins.ts'

/** Maximum retries of a request: after a login, for more scope, and for an expired token. */
const tries = 3

/** Milliseconds for which a missing login is cached; a refusal checks anyway. */
const recheckAfter = 1_000

/** Adds tokens to the requests to one server, and limits how long they wait for the user. */
export class LoginGate {
  readonly #url: URL
  readonly #settings: LoginSettings
  readonly #tell: (text: string) => void
  readonly #wait: number
  #login: Promise<Login> | undefined
  #recheckAt = 0
  /** The refusal that the user must resolve by logging in. */
  #needed: { challenge: Challenge; refused: string | undefined } | undefined

  /**
   * @param tell prints a message for the user to stderr.
   * @param wait milliseconds that a request waits for the user; 0 to fail at once, so that `logIn` can be called.
   */
  constructor(url: URL, settings: LoginSettings, tell: (text: string) => void, wait: number) {
    this.#url = url
    this.#settings = settings
    this.#tell = tell
    this.#wait = wait
  }

  /** Fetches with this account's token, unless the request has its own. */
  over(inner: typeof globalThis.fetch): typeof globalThis.fetch {
    if (this.#settings.how === 'never') return inner
    return async (input, init) => {
      const headers = { ...plainHeaders(init?.headers) }
      if (headers.authorization !== undefined) return inner(input, init)
      let token = await this.#token()
      for (let left = tries; ; left--) {
        if (token !== undefined) headers.authorization = `Bearer ${token}`
        const response = await inner(input, { ...init, headers })
        const challenge = await challengeOf(response)
        if (!challenge) {
          if (response.ok && this.#login) (await this.#login).taken()
          return response
        }
        if (left === 0) return response
        void response.body?.cancel().catch(() => undefined)
        token = await this.#renewed(token, challenge, init?.signal ?? undefined)
      }
    }
  }

  /** Whether a request has failed because the user must log in. */
  get isNeeded(): boolean {
    return this.#needed !== undefined
  }

  /**
   * Logs the user in.
   * @param challenge what the server requires; by default from its last refusal.
   * @throws LoginFault when that fails.
   */
  async logIn(challenge = this.#needed?.challenge ?? nothingSaid): Promise<void> {
    const refused = this.#needed?.refused
    this.#needed = undefined
    const login = await this.#opened()
    await login.renew(refused ?? (await login.token()), challenge, true)
  }

  /** Aborts a login in progress. */
  close(): void {
    void this.#login?.then((login) => login.close())
  }

  async #token(): Promise<string | undefined> {
    if (!this.#login && !this.#hasLogin()) return undefined
    return (await this.#opened()).token()
  }

  /** Whether this account is logged in, perhaps by another process. */
  #hasLogin(): boolean {
    if (now() < this.#recheckAt) return false
    this.#recheckAt = now() + recheckAfter
    return existsSync(loginFile(this.#url, this.#settings.machine))
  }

  #opened(): Promise<Login> {
    this.#login ??= import('./login.ts').then(
      (module) => new module.Login(this.#url, this.#settings, this.#tell),
    )
    return this.#login
  }

  async #renewed(
    refused: string | undefined,
    challenge: Challenge,
    signal: AbortSignal | undefined,
  ): Promise<string> {
    const renewing = (await this.#opened()).renew(refused, challenge, this.#wait > 0)
    renewing.catch((error: unknown) => {
      if (error instanceof LoginNeeded) this.#needed = { challenge, refused }
    })
    if (this.#wait === 0) return renewing
    let stop = (): void => undefined
    const over = new Promise<never>((_, reject) => {
      const late = new LoginFault('it asks for a login: finish it in the browser, then connect again')
      const timer = setTimeout(() => reject(late), this.#wait)
      const aborted = () => reject(signal?.reason)
      signal?.addEventListener('abort', aborted, { once: true })
      stop = () => {
        clearTimeout(timer)
        signal?.removeEventListener('abort', aborted)
      }
    })
    // The login continues meanwhile: a later request has the token.
    return Promise.race([renewing, over]).finally(() => stop())
  }
}

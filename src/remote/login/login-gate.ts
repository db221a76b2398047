import { existsSync } from 'node:fs'
import { now } from '../../process/clock.ts'
import { plainHeaders } from '../../transports/web/web-headers.ts'
import { type Challenge, challengeOf, nothingSaid } from './challenge.ts'
import type { Login } from './login.ts'
import { LoginFault, LoginNeeded } from './login-fault.ts'
import type { LoginSettings } from './login-settings.ts'
import { loginFile } from './stored-logins.ts'

/** Times that one request is sent again: for a login, for more scope, and for a token that ended meanwhile. */
const tries = 3

/** Milliseconds for which no login is looked for where there was none: a refusal looks anyway. */
const glance = 1_000

/** How the requests to one server get a token, and how long they wait for a person. */
export class LoginGate {
  readonly #url: URL
  readonly #settings: LoginSettings
  readonly #tell: (text: string) => void
  readonly #wait: number
  #login: Promise<Login> | undefined
  #lookAgain = 0
  /** The refusal that a person has to answer. */
  #needed: { challenge: Challenge; refused: string | undefined } | undefined

  /**
   * @param tell says something to the person, on stderr.
   * @param wait milliseconds that a request waits for a person; 0 to fail at once, for `logIn` to be called.
   */
  constructor(url: URL, settings: LoginSettings, tell: (text: string) => void, wait: number) {
    this.#url = url
    this.#settings = settings
    this.#tell = tell
    this.#wait = wait
  }

  /** Fetches with this account's token, unless the request brings one of its own. */
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

  /** Whether a request has failed because a person has to log in. */
  get isNeeded(): boolean {
    return this.#needed !== undefined
  }

  /**
   * Lets the person log in.
   * @param challenge what the server wants; by default what it has said in its last refusal.
   * @throws LoginFault when that fails.
   */
  async logIn(challenge = this.#needed?.challenge ?? nothingSaid): Promise<void> {
    const refused = this.#needed?.refused
    this.#needed = undefined
    const login = await this.#opened()
    await login.renew(refused ?? (await login.token()), challenge, true)
  }

  /** Stops a login that is under way. */
  close(): void {
    void this.#login?.then((login) => login.close())
  }

  async #token(): Promise<string | undefined> {
    if (!this.#login && !this.#hasLogin()) return undefined
    return (await this.#opened()).token()
  }

  /** Whether this account has logged in, perhaps in another process. */
  #hasLogin(): boolean {
    if (now() < this.#lookAgain) return false
    this.#lookAgain = now() + glance
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
    // The person may go on meanwhile: the next request has the token.
    return Promise.race([renewing, over]).finally(() => stop())
  }
}

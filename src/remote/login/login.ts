import type { Challenge } from './challenge.ts'
import { isProtected } from './checked-metadata.ts'
import { faultWords, LoginFault, LoginNeeded, printed } from './login-fault.ts'
import { withLoginLock } from './login-lock.ts'
import { personLimit } from './login-run.ts'
import type { LoginSettings } from './login-settings.ts'
import { newTokens } from './new-tokens.ts'
import { refreshed } from './refresh.ts'
import { openLogin, saveNewLogin, saveRefreshed } from './saved-login.ts'
import { loginFile, type StoredLogin } from './stored-logins.ts'

/** Milliseconds before its expiry at which a token is refreshed. */
const early = 60_000
/** Milliseconds to wait for a login in another process: the user, and the requests before and after. */
const othersLimit = personLimit + 60_000

/** This account's login at one server, in a file that all processes share. */
export class Login {
  readonly url: URL
  readonly #settings: LoginSettings
  readonly #tell: (text: string) => void
  readonly #file: string
  readonly #stop = new AbortController()
  #renewing: Promise<string> | undefined
  /** A token of a new login that the server has not accepted yet. */
  #untried: string | undefined

  /** @param tell prints a message for the user to stderr. */
  constructor(url: URL, settings: LoginSettings, tell: (text: string) => void) {
    this.url = url
    this.#settings = settings
    this.#tell = tell
    this.#file = loginFile(url, settings.machine)
  }

  /** The token to send, refreshed if it is about to expire; `undefined` without a login. */
  async token(): Promise<string | undefined> {
    const login = await openLogin(this.#file)
    const token = login?.tokens?.access_token
    if (!login || token === undefined || !endsSoon(login)) return token
    // The existing token may still be valid; otherwise it will be refused.
    return this.#shared(token, undefined, false).catch(() => token)
  }

  /** Records that the server has accepted a token. */
  taken(): void {
    this.#untried = undefined
  }

  /**
   * Replaces a refused token: from another process, by a refresh, or by a login of the user.
   * @param refused the token that was sent, if any.
   * @param personal whether the user may be asked; otherwise LoginNeeded is thrown.
   * @throws LoginFault with the reason.
   */
  async renew(refused: string | undefined, challenge: Challenge, personal: boolean): Promise<string> {
    if (refused !== undefined && refused === this.#untried && !challenge.insufficient)
      throw new LoginFault('401: it refuses the token that it has just been given')
    return this.#shared(refused, challenge, personal)
  }

  close(): void {
    this.#stop.abort(new LoginFault('the login was cancelled'))
  }

  #shared(refused: string | undefined, challenge: Challenge | undefined, personal: boolean): Promise<string> {
    this.#renewing ??= this.#locked(refused, challenge, personal).finally(() => {
      this.#renewing = undefined
    })
    return this.#renewing
  }

  async #locked(
    refused: string | undefined,
    challenge: Challenge | undefined,
    personal: boolean,
  ): Promise<string> {
    // Tokens are secrets, so the connection must be protected.
    if (!isProtected(this.url, this.url)) throw new LoginFault('401: it asks for a login, which needs https')
    const onWait = () => this.#tell(`Another fastmcp is logging in at ${this.url.origin}. Waiting for it …`)
    const wait = { limit: othersLimit, signal: this.#stop.signal, onWait }
    try {
      return await withLoginLock(this.#file, wait, () => this.#renewed(refused, challenge, personal))
    } catch (error) {
      throw error instanceof LoginFault ? error : new LoginFault(faultWords(error), { cause: error })
    }
  }

  async #renewed(
    refused: string | undefined,
    challenge: Challenge | undefined,
    personal: boolean,
  ): Promise<string> {
    const before = await openLogin(this.#file)
    const found = before?.tokens?.access_token
    // Another process was faster.
    if (found !== undefined && found !== refused) return found
    const insufficient = challenge?.insufficient === true
    const asksMore = insufficient || (personal && wantsMore(before, this.#settings.scope))
    const again = before && !asksMore ? await refreshed(before, this.#stop.signal) : undefined
    if (again) {
      await saveRefreshed(this.#file, again)
      return tokenIn(again)
    }
    if (!challenge) throw new LoginNeeded(this.url.href)
    if (insufficient && !wantsMore(before, challenge.scope))
      throw new LoginFault(insufficientWords(challenge))
    if (!personal && !this.#settings.machine) throw new LoginNeeded(this.url.href)
    const parts = { settings: this.#settings, stop: this.#stop.signal, tell: this.#tell }
    const login = await newTokens(this.url, before, challenge, parts)
    await saveNewLogin(this.#file, login, this.#tell)
    this.#untried = tokenIn(login)
    return this.#untried
  }
}

function tokenIn({ tokens }: StoredLogin): string {
  if (tokens?.access_token !== undefined) return tokens.access_token
  throw new LoginFault('the login came back without a token')
}

/** Tokens with a very short lifetime are refreshed at half of it. */
const endsSoon = ({ expiresAt, tokens }: StoredLogin): boolean =>
  expiresAt !== undefined &&
  expiresAt - Math.min(early, ((tokens?.expires_in ?? Number.POSITIVE_INFINITY) * 1000) / 2) < Date.now()

/** Whether a scope is required that was not requested yet: requesting the same again would loop. */
function wantsMore(login: StoredLogin | undefined, scope: string | undefined): boolean {
  const asked = new Set(`${login?.scope ?? ''} ${login?.tokens?.scope ?? ''}`.split(' '))
  return scope?.split(' ').some((one) => !asked.has(one)) === true
}

const insufficientWords = ({ scope = '' }: Challenge) =>
  `403: the login does not include the scope that this call needs${scope === '' ? '' : `: ${printed(scope)}`}`

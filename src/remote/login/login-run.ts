import type { LoginSettings } from './login-settings.ts'
import type { StoredLogin } from './stored-logins.ts'

/** Milliseconds that the user may take in a browser. */
export const personLimit = 5 * 60_000

/** What a login needs besides the server. */
export interface LoginParts {
  readonly settings: LoginSettings
  readonly stop: AbortSignal
  tell(text: string): void
}

/** One login in progress. */
export interface LoginRun extends LoginParts {
  readonly url: URL
  /** The stored earlier login, with the server's current issuer. */
  readonly login: StoredLogin
  readonly scope: string | undefined
  readonly fetch: typeof globalThis.fetch
}

import type { LoginSettings } from './login-settings.ts'
import type { StoredLogin } from './stored-logins.ts'

/** Milliseconds that a person may take in a browser. */
export const personLimit = 5 * 60_000

/** What a login needs beside the server. */
export interface LoginParts {
  readonly settings: LoginSettings
  readonly stop: AbortSignal
  tell(text: string): void
}

/** One login under way. */
export interface LoginRun extends LoginParts {
  readonly url: URL
  /** What was kept of an earlier one, with what the server says now of who issues its tokens. */
  readonly login: StoredLogin
  readonly scope: string | undefined
  readonly fetch: typeof globalThis.fetch
}

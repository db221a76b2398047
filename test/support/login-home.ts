import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fastmcp, type Outcome, patience, root } from './program.ts'

/** An account of its own, with a browser in which somebody logs in at once, or with none. */
export class LoginHome implements Disposable {
  readonly folder = mkdtempSync(join(tmpdir(), 'fastmcp-login-'))
  readonly env: Record<string, string>

  constructor(browser = true) {
    this.env = {
      FASTMCP_LOGIN_DIR: join(this.folder, 'logins'),
      BROWSER: browser ? join(root, 'test/support/browser.mjs') : 'none',
      TEST_BROWSER_LOG: join(this.folder, 'browser.log'),
    }
  }

  run(...args: string[]): Promise<Outcome> {
    return fastmcp(args, { env: this.env, limit: Math.max(90_000, patience) })
  }

  /** The addresses that the browser was opened with. */
  get opened(): string[] {
    const { TEST_BROWSER_LOG: log = '' } = this.env
    return existsSync(log) ? readFileSync(log, 'utf8').trim().split('\n') : []
  }

  /** The files of logins. */
  get files(): string[] {
    const { FASTMCP_LOGIN_DIR: folder = '' } = this.env
    return existsSync(folder) ? readdirSync(folder).map((name) => join(folder, name)) : []
  }

  [Symbol.dispose](): void {
    rmSync(this.folder, { recursive: true, force: true })
  }
}

import type { ServerContext } from '@modelcontextprotocol/server'
import { holdsAll, isScope, type ToolScopes } from '../../protocol/tool-scopes.ts'
import { ToolError } from './values.ts'

/** What a tool asks of its callers. */
export interface ToolAuth {
  /** Scopes that the caller's token must have, all of them; a call without is answered with 403 before the tool runs. */
  readonly scopes: readonly string[]
}

/** @throws TypeError naming the tool whose scopes cannot be any. */
export function checkScopes(name: string, auth: ToolAuth | undefined): void {
  if (auth === undefined) return
  const scopes: unknown = auth?.scopes
  if (Array.isArray(scopes) && scopes.length > 0 && scopes.every(isScope)) return
  throw new TypeError(`tool "${name}": auth.scopes must be a list of scopes, which have no spaces`)
}

/** The scopes that the tools of a server require, as they are now. */
export class RequiredScopes {
  readonly #byTool = new Map<string, readonly string[]>()

  get byTool(): ToolScopes {
    return this.#byTool
  }

  set(name: string, auth: ToolAuth | undefined): void {
    const scopes = auth?.scopes ?? []
    if (scopes.length > 0) this.#byTool.set(name, [...scopes])
    else this.#byTool.delete(name)
  }

  drop(name: string): void {
    this.#byTool.delete(name)
  }

  /**
   * Refuses what the transport has let through, such as a call of a tool that the front of `dev` does not know of yet. On
   * stdio there is no caller to check.
   * @throws ToolError
   */
  check(name: string, { http }: ServerContext): void {
    const needed = this.#byTool.get(name)
    if (!needed || !http || holdsAll(http.authInfo, needed)) return
    throw new ToolError(`The token needs the scopes ${needed.join(' ')}`)
  }
}

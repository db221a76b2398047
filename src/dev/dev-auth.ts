import type { AuthHook, AuthInfo } from '../auth.ts'
import { errorCodes, errorReply } from '../jsonrpc.ts'
import type { Supervisor } from './supervisor.ts'
import { requestToWire } from './wire-request.ts'

/** Generations that may die over one caller before that caller is sent away. */
const tries = 3

/** The hook of whatever generation is the current one; nothing while that has none. */
export function devAuth(supervisor: Supervisor): AuthHook | undefined {
  const { about } = supervisor
  const metadata = about?.auth?.metadata
  return about?.auth && Object.assign(check, metadata && { metadata })

  async function check(request: Request): Promise<AuthInfo | undefined | Response> {
    for (let attempt = 0; attempt < tries; attempt++) {
      const child = await supervisor.serving()
      if (typeof child === 'string') return unavailable(child)
      const verdict = await child.check(requestToWire(request))
      if (verdict?.kind === 'returned') return verdict.value as AuthInfo | undefined
      if (verdict?.kind === 'thrown') throw Object.assign(new Error(), { stack: verdict.stack })
      if (verdict) {
        const { status, headers, body } = verdict
        return new Response(body.length > 0 ? new Uint8Array(body) : null, { status, headers })
      }
    }
    return unavailable('The server ended while it was checking who calls')
  }
}

const unavailable = (reason: string) =>
  Response.json(errorReply(null, errorCodes.server, reason), { status: 503, headers: { 'retry-after': '1' } })

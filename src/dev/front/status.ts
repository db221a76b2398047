import { timingSafeEqual } from 'node:crypto'
import { version } from '../../process/version.ts'
import type { Endpoint } from '../../transports/http/http-app.ts'
import { refuse, refuseMethod, replyJson } from '../../transports/http/http-reply.ts'
import type { Supervisor } from './supervisor.ts'

export const statusPath = '/.fastmcp/status'

/** The status of `fastmcp dev` as JSON, for local programs that know the token. */
export function statusEndpoint(supervisor: Supervisor, token: string): Endpoint {
  return ({ request, response }) => {
    if (request.method !== 'GET') return refuseMethod(response, ['GET'])
    const from = request.socket.remoteAddress ?? ''
    if (!/^(::ffff:)?127\.|^::1$/.test(from)) return refuse(response, 403, 'Only from this machine')
    if (!sameText(request.headers.authorization ?? '', `Bearer ${token}`)) {
      return refuse(response, 401, 'The token is missing or wrong', {
        headers: { 'www-authenticate': 'Bearer' },
      })
    }
    const { about, current, generation, clients, failure } = supervisor
    replyJson(response, 200, {
      fastmcp: version,
      server: about && { name: about.name, version: about.version },
      generation,
      pid: current?.pid ?? null,
      serving: current !== undefined,
      ...clients.count,
      lastError: failure ?? null,
    })
  }
}

function sameText(given: string, wanted: string): boolean {
  const [a, b] = [Buffer.from(given), Buffer.from(wanted)]
  return a.length === b.length && timingSafeEqual(a, b)
}

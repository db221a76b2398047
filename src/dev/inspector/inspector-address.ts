import { randomBytes } from 'node:crypto'
import type { Endpoint } from '../../transports/http/http-app.ts'
import { endResponse, refuse, refuseMethod } from '../../transports/http/http-reply.ts'

/**
 * The path that redirects to the Inspector, short enough for one terminal line. Anyone who knows it can use the
 * Inspector, which starts programs, so part of it is unguessable.
 */
export const inspectorPath = `/.fastmcp/inspector/${randomBytes(6).toString('base64url')}`

/** @param link the page's own URL with its token; undefined while it is not up. */
export function inspectorEndpoint(link: () => string | undefined): Endpoint {
  return ({ request, response }) => {
    if (request.method !== 'GET' && request.method !== 'HEAD') return refuseMethod(response, ['GET', 'HEAD'])
    if (!/^(::ffff:)?127\.|^::1$/.test(request.socket.remoteAddress ?? ''))
      return refuse(response, 403, 'Only from this machine')
    const location = link()
    if (location === undefined) return refuse(response, 503, 'The Inspector is not up yet')
    response.writeHead(302, { location, 'cache-control': 'no-store', 'referrer-policy': 'no-referrer' })
    endResponse(response)
  }
}

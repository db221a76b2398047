import type { Route } from '../../protocol/source.ts'
import { loadError } from '../../terminal/errors.ts'
import type { Endpoint } from '../../transports/http/http-app.ts'
import { type Exchange, refuse, refuseMethod } from '../../transports/http/http-reply.ts'
import { webRequest } from '../../transports/http/request-info.ts'
import { answerToResponse, writeAnswer } from '../../transports/web/web-response.ts'
import { type AuthGate, metadataPath } from './auth-gate.ts'

/** The same endpoints behind a gate, and beside them the metadata that OAuth clients look for. */
export function guardEndpoints(endpoints: ReadonlyMap<string, Endpoint>, gate: AuthGate, path: string) {
  const guarded = new Map<string, Endpoint>()
  for (const [at, endpoint] of endpoints) guarded.set(at, guardEndpoint(endpoint, gate))
  for (const at of metadataPaths(gate, path)) guarded.set(at, (exchange) => answerMetadata(exchange, gate))
  return guarded
}

/** The same endpoint for callers that the gate lets in. */
export const guardEndpoint =
  (endpoint: Endpoint, gate: AuthGate): Endpoint =>
  (exchange) =>
    admit(exchange, gate, endpoint)

/** Where the gate's metadata is served for an MCP path: there may be none. */
export const metadataPaths = (gate: AuthGate, path: string): string[] =>
  [metadataPath, metadataPath + path].filter((at) => gate.servesMetadataAt(at))

async function admit(exchange: Exchange, gate: AuthGate, endpoint: Endpoint): Promise<void> {
  const request = webRequestOf(exchange)
  if (!request) return
  const verdict = await gate.check(request)
  if (verdict.kind === 'admitted') return endpoint({ ...exchange, auth: verdict.auth })
  writeAnswer(exchange.response, verdict.answer)
}

/** Answers a request for the gate's metadata. */
export async function answerMetadata(exchange: Exchange, gate: AuthGate): Promise<void> {
  const { request, response } = exchange
  if (request.method !== 'GET' && request.method !== 'HEAD') return refuseMethod(response, ['GET', 'HEAD'])
  const web = webRequestOf(exchange)
  if (web) writeAnswer(response, gate.metadata(web))
}

/** Node accepts methods that a web-standard request cannot have. */
function webRequestOf({ request, response }: Exchange): Request | undefined {
  try {
    return webRequest(request)
  } catch {
    refuse(response, 400, 'This method or address is not served')
    return undefined
  }
}

/**
 * Custom routes are open, but those that ask for the gate themselves.
 * @throws CliError (exit 3) when one does and there is no gate.
 */
export function guardRoutes(routes: readonly Route[], gate: AuthGate | undefined): Route[] {
  return routes.map((route) => {
    if (!route.auth) return route
    if (!gate) {
      throw loadError(
        `the route ${route.path} wants callers checked: give FastMCP an auth hook, or --token-env`,
      )
    }
    const handler: Route['handler'] = async (request, context) => {
      const verdict = await gate.check(request)
      return verdict.kind === 'admitted'
        ? route.handler(request, { ...context, auth: verdict.auth })
        : answerToResponse(verdict.answer)
    }
    return { ...route, handler }
  })
}

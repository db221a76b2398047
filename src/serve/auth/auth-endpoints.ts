import type { Route, ServerSource } from '../../protocol/source.ts'
import { loadError, usageError } from '../../terminal/errors.ts'
import type { Endpoint } from '../../transports/http/http-app.ts'
import { type Exchange, refuse, refuseMethod } from '../../transports/http/http-reply.ts'
import { webRequest } from '../../transports/web/web-request.ts'
import { answerToResponse, writeAnswer } from '../../transports/web/web-response.ts'
import { mcpPath, refuseHealthClash, refuseRouteClashes } from '../http-options.ts'
import type { HttpServeOptions, Log } from '../serve-options.ts'
import { AuthGate, metadataPath } from './auth-gate.ts'
import { hookFromOutside } from './outside-hook.ts'

/**
 * The gate that authenticates the callers of a server, if there is one, after checking that everything can be served.
 * @param known whether it is known how the server authenticates callers; before that it may still declare it.
 * @throws CliError (exit 2) when two kinds of auth or two paths conflict, (exit 3) when the server itself is at fault.
 */
export function gateFor(
  source: Pick<ServerSource, 'auth' | 'name' | 'routes' | 'toolScopes' | 'app' | 'appOnly'>,
  options: HttpServeOptions,
  log: Log,
  known = true,
): AuthGate | undefined {
  refuseHealthClash(options)
  const gate = gateOf(source, options, log)
  if (known) refuseUncheckedScopes(source, options, gate)
  refuseRouteClashes(source.routes, options, gate ? metadataPaths(gate, mcpPath(options)) : [])
  return gate
}

/** The same endpoints behind a gate, plus the metadata endpoints that OAuth clients look for. */
export function guardEndpoints(endpoints: ReadonlyMap<string, Endpoint>, gate: AuthGate, path: string) {
  const guarded = new Map<string, Endpoint>()
  for (const [at, endpoint] of endpoints) guarded.set(at, guardEndpoint(endpoint, gate))
  for (const at of metadataPaths(gate, path)) guarded.set(at, (exchange) => answerMetadata(exchange, gate))
  return guarded
}

/** The same endpoint, for callers that the gate admits. */
export const guardEndpoint =
  (endpoint: Endpoint, gate: AuthGate): Endpoint =>
  (exchange) =>
    admit(exchange, gate, endpoint)

/**
 * Custom routes are public, except those that ask for auth.
 * @throws CliError (exit 3) when a route asks for auth and there is no gate.
 */
export function guardRoutes(routes: readonly Route[], gate: AuthGate | undefined): Route[] {
  return routes.map((route) => {
    if (!route.auth) return route
    if (!gate) {
      throw loadError(
        `the route ${route.path} requires auth: give FastMCP an auth hook, or use --token-env or --token-file`,
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

/** Answers a request for the gate's metadata. */
export async function answerMetadata(exchange: Exchange, gate: AuthGate): Promise<void> {
  const { request, response } = exchange
  if (request.method !== 'GET' && request.method !== 'HEAD') return refuseMethod(response, ['GET', 'HEAD'])
  const web = webRequestOf(exchange)
  if (web) writeAnswer(response, gate.metadata(web))
}

/**
 * @throws CliError (exit 2 or 3, depending on who asked for it) when tools require scopes that no caller could have, or
 * that nothing would check.
 */
function refuseUncheckedScopes(
  { name, toolScopes, app, appOnly }: Pick<ServerSource, 'name' | 'toolScopes' | 'app' | 'appOnly'>,
  { toolScopes: outside }: HttpServeOptions,
  gate: AuthGate | undefined,
): void {
  const [said] = Object.keys(outside)
  // Messages on the server's own paths are not parsed here, so their scopes cannot be checked.
  if (said !== undefined && (app || appOnly))
    throw usageError(
      `${name} has an HTTP app of its own, where --tool-scopes cannot be checked. Check them in the app.`,
    )
  if (gate) return
  if (said !== undefined)
    throw usageError(
      '--tool-scopes needs a check of callers, such as --token-file, --jwt-issuer or --introspect.',
    )
  const [tool] = toolScopes?.keys() ?? []
  if (tool !== undefined)
    throw loadError(
      `the tool ${tool} requires scopes: give FastMCP an auth hook, or use --token-file, --jwt-issuer or --introspect`,
    )
}

/** The one way to authenticate callers: tokens configured by options, or the server's own hook. */
function gateOf(
  { auth, name }: Pick<ServerSource, 'auth' | 'name'>,
  options: HttpServeOptions,
  log: Log,
): AuthGate | undefined {
  const outside = hookFromOutside(options, log)
  if (auth && outside) {
    throw usageError(
      `${name} checks its callers itself (auth), so ${outside.flag} has no effect. Leave it out.`,
    )
  }
  const hook = outside?.hook ?? auth
  return hook && new AuthGate(hook, log, mcpPath(options))
}

/** The paths of the gate's metadata for an MCP path; may be empty. */
const metadataPaths = (gate: AuthGate, path: string): string[] =>
  [metadataPath, metadataPath + path].filter((at) => gate.servesMetadataAt(at))

async function admit(exchange: Exchange, gate: AuthGate, endpoint: Endpoint): Promise<void> {
  const request = webRequestOf(exchange)
  if (!request) return
  const verdict = await gate.check(request)
  const { response } = exchange
  if (verdict.kind === 'refused') return writeAnswer(response, verdict.answer)
  const forbid: Exchange['forbid'] = (scopes, id) => writeAnswer(response, gate.lacking(request, scopes, id))
  return endpoint({ ...exchange, auth: verdict.auth, forbid })
}

/** Undefined for methods that Node accepts but a web-standard Request cannot have. */
function webRequestOf({ request, response }: Exchange): Request | undefined {
  try {
    return webRequest(request)
  } catch {
    refuse(response, 400, 'This method or path is not served')
    return undefined
  }
}

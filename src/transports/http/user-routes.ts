import { AsyncLocalStorage } from 'node:async_hooks'
import { errorCodes } from '../../protocol/jsonrpc.ts'
import type { Route } from '../../protocol/source.ts'
import type { InFlight } from '../../sessions/calls.ts'
import { stackOf } from '../../terminal/errors.ts'
import { isResponse } from '../web/any-response.ts'
import { clientLeft, fetchRequest } from '../web/web-request.ts'
import { writeResponse } from '../web/web-response.ts'
import { type Exchange, refuse } from './http-reply.ts'
import { BodyError } from './message-body.ts'
import { normalPath } from './request-target.ts'

/** The routes of the user's server besides the MCP path: `/users/:id` and `/files/*`. The first match wins. */
export class RouteTable {
  readonly #routes: CompiledRoute[]

  constructor(routes: readonly Route[]) {
    this.#routes = routes.map(compile)
  }

  /** The route for a method and path; or the allowed methods if only the method is wrong. */
  find(method: string, path: string): { route: Route; params: Record<string, string> } | { allow: string[] } {
    const allow = new Set<string>()
    for (const { route, pattern, names } of this.#routes) {
      const match = pattern.exec(path)
      if (!match) continue
      const wanted = method === 'HEAD' && !route.methods.includes('HEAD') ? 'GET' : method
      if (route.methods.includes(wanted)) return { route, params: paramsOf(names, match) }
      for (const allowed of route.methods) allow.add(allowed)
    }
    return { allow: [...allow] }
  }
}

/** The route whose handler is running. */
export const currentRoute = new AsyncLocalStorage<Route>()

/** Handles a request with one of the user's routes. */
export async function answerByRoute(
  { request, response }: Exchange,
  { route, params }: { route: Route; params: Record<string, string> },
  inFlight: InFlight,
): Promise<void> {
  inFlight.begin()
  try {
    const web = fetchRequest(request, clientLeft(response).signal)
    const answer: unknown = await currentRoute.run(route, () => route.handler(web, { params }))
    if (!isResponse(answer)) throw new TypeError(`the route ${route.path} returned no Response`)
    await writeResponse(response, answer)
  } finally {
    inFlight.end()
  }
}

/** Ends a failed exchange: the client gets a generic error, the log gets the reason. */
export function failExchange(
  { request, response, path }: Exchange,
  error: unknown,
  log: (level: 'error', message: string) => void,
): void {
  if (error instanceof BodyError) return refuse(response, error.status, error.message)
  log('error', `${request.method} ${path} failed: ${stackOf(error)}`)
  if (response.headersSent) response.destroy()
  else refuse(response, 500, 'Internal error', { code: errorCodes.internal })
}

interface CompiledRoute {
  route: Route
  pattern: RegExp
  names: string[]
}

function compile(route: Route): CompiledRoute {
  const names: string[] = []
  // Without a trailing slash, as requests are routed.
  const source = route.path
    .replace(/(?<=.)\/$/, '')
    .split('/')
    .map((segment) => {
      if (segment === '*') {
        names.push('*')
        return '(.*)'
      }
      if (!segment.startsWith(':')) return normal(segment).replace(/[.*+?^${}()|[\]\\]/g, '\\$&')
      names.push(segment.slice(1))
      return '([^/]+)'
    })
    .join('/')
  return { route, pattern: new RegExp(`^${source}/?$`), names }
}

/** Escaped as in requests: `städte` becomes `st%C3%A4dte`. */
const normal = (segment: string) =>
  normalPath(`/${Buffer.from(segment).toString('latin1')}`)?.slice(1) ?? segment

function paramsOf(names: string[], match: RegExpExecArray): Record<string, string> {
  const params: Record<string, string> = Object.create(null)
  for (const [index, name] of names.entries()) params[name] = decode(match[index + 1] ?? '')
  return params
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text)
  } catch {
    return text
  }
}

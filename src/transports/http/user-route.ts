import { AsyncLocalStorage } from 'node:async_hooks'
import { errorCodes } from '../../protocol/jsonrpc.ts'
import type { Route } from '../../protocol/source.ts'
import type { InFlight } from '../../sessions/calls.ts'
import { stackOf } from '../../terminal/errors.ts'
import { isResponse } from '../web/web-classes.ts'
import { writeResponse } from '../web/web-response.ts'
import { BodyError } from './body.ts'
import { clientLeft } from './client-left.ts'
import { type Exchange, refuse } from './http-reply.ts'
import { fetchRequest } from './request-info.ts'

/** The route whose handler is running. */
export const currentRoute = new AsyncLocalStorage<Route>()

/** Answers a request by a route of the user's. */
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

/** Ends an exchange that has failed: its client hears that it has, and only the log hears why. */
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

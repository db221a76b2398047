import type { IncomingMessage, ServerResponse } from 'node:http'
import { replyJson } from './http-reply.ts'

/** The conventional paths of liveness and readiness probes. */
export type Probe = '/livez' | '/readyz'

/** The state of a server; one that is leaving still serves, but is about to stop. */
export type ServerState = 'loading' | 'serving' | 'leaving' | 'stopping'

/** The probe that a request is for, if any; only GET and HEAD. */
export const probeIn = ({ method }: IncomingMessage, path: string): Probe | undefined =>
  (path === '/livez' || path === '/readyz') && (method === 'GET' || method === 'HEAD') ? path : undefined

/** Responds with 200 or 503 and one word; a server that responds at all is alive. */
export function answerProbe(response: ServerResponse, probe: Probe, state: ServerState): void {
  const fine = probe === '/livez' || state === 'serving'
  replyJson(response, fine ? 200 : 503, { status: fine ? 'ok' : shown(state) })
}

/** The state as it is reported: one that is leaving reports `stopping`. */
export const shown = (state: ServerState) => (state === 'leaving' ? 'stopping' : state)

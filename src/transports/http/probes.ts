import type { IncomingMessage, ServerResponse } from 'node:http'
import { replyJson } from './http-reply.ts'

/** Where orchestrators and balancers ask by custom whether a program lives, and whether to send it requests. */
export type Probe = '/livez' | '/readyz'

/** What a server is doing; one that is leaving still serves, and is about to stop. */
export type ServerState = 'loading' | 'serving' | 'leaving' | 'stopping'

/** The probe that a request is; those with a body never are. */
export const probeIn = ({ method }: IncomingMessage, path: string): Probe | undefined =>
  (path === '/livez' || path === '/readyz') && (method === 'GET' || method === 'HEAD') ? path : undefined

/** Answers with 200 or 503 and one word; what a server answers at all it answers alive. */
export function answerProbe(response: ServerResponse, probe: Probe, state: ServerState): void {
  const fine = probe === '/livez' || state === 'serving'
  replyJson(response, fine ? 200 : 503, { status: fine ? 'ok' : shown(state) })
}

/** What is said of a state; a server that does not serve as usual stops, for whoever asks. */
export const shown = (state: ServerState) => (state === 'leaving' ? 'stopping' : state)

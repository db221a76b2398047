import type { IncomingMessage, ServerResponse } from 'node:http'
import { WebIncoming } from './web-incoming.ts'
import { WebOutgoing } from './web-outgoing.ts'

/**
 * Answers a web-standard request by what is written for Node's, so that the clients of both kinds of host are served
 * alike. A client that leaves closes the response, whether its host says so by the signal or by the body.
 * @param answer is given a request and a response that have no connection.
 */
export function answerWeb(
  web: Request,
  answer: (request: IncomingMessage, response: ServerResponse) => void,
): Promise<Response> {
  return new Promise((resolve) => {
    const request = new WebIncoming(web)
    const response = new WebOutgoing(request, resolve)
    const left = () => response.leave()
    response.once('close', () => web.signal.removeEventListener('abort', left))
    web.signal.addEventListener('abort', left, { once: true })
    if (web.signal.aborted) left()
    else answer(request as unknown as IncomingMessage, response as unknown as ServerResponse)
  })
}

import { isRequest, type JsonRpcMessage } from '../../protocol/jsonrpc.ts'
import type { ServerSource } from '../../protocol/source.ts'
import type { InFlight } from '../../sessions/calls.ts'
import { Session } from '../../sessions/session.ts'
import type { EventStream } from '../http/event-stream.ts'
import type { Exchange } from '../http/http-reply.ts'
import { requestInfo } from '../web/web-request.ts'
import { PostReply, type ReplyStream } from './post-reply.ts'

/**
 * Serves each legacy message with its own server and without sessions, so that any replica can answer any request.
 * Features that need a session (sampling, elicitation, a GET stream) are not available.
 */
export function statelessHandler(
  source: ServerSource,
  inFlight: InFlight,
  json: boolean,
  log: (message: string) => void,
) {
  return async ({ request, response, auth }: Exchange, message: JsonRpcMessage): Promise<void> => {
    if (!isRequest(message)) {
      response.writeHead(202).end()
      return
    }
    const dropped = (reason: string) => log(`dropped a stream: ${reason}`)
    const open = (live: EventStream): ReplyStream => ({
      send: (text) => live.send(text),
      pause: () => live.end(),
      end: () => live.end(),
    })
    const reply = new PostReply(response, message.id, { json, headers: {}, dropped, open })
    const session: Session = new Session(undefined, inFlight, () => ({
      send: async (sent, id) => {
        if (isRequest(sent)) throw new Error(`${sent.method} needs a session, and this server is stateless`)
        if (id === message.id) await reply.send(sent)
      },
      abandon: () => reply.end(),
      endStreams: () => undefined,
      end: () => reply.end(),
    }))
    await session.open(await source.open({ era: 'legacy', longLived: false, authInfo: auth }))
    response.once('close', () => void session.close().catch(() => undefined))
    session.receive(message, requestInfo({ request, auth }))
  }
}

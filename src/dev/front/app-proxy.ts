import { type IncomingMessage, request as open, type ServerResponse } from 'node:http'
import { type AppAddress, appKeyHeader } from '../../serve/app-port.ts'
import { refuse } from '../../transports/http/http-reply.ts'
import { forwardedHeaders } from '../../transports/http/raw-headers.ts'
import type { GenerationHandle } from '../handle/generation-handle.ts'
import type { Supervisor } from './supervisor.ts'

/** Forwards a request to the app of the current generation, and streams its response back. */
export async function forwardToApp(
  supervisor: Supervisor,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const child = await supervisor.serving()
  const appPort = supervisor.about?.app
  if (typeof child === 'string' || !appPort) {
    const reason = typeof child === 'string' ? child : 'The server has no app any more'
    return refuse(response, 503, reason, { headers: { 'retry-after': '1' } })
  }
  await forwarded(child, appPort, request, response)
}

function forwarded(
  child: GenerationHandle,
  { port, key }: AppAddress,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const { method, url: path, rawHeaders } = request
  // Otherwise Node would send a body without a length only for methods that usually have one.
  const framing = request.headers['transfer-encoding'] && { 'transfer-encoding': 'chunked' }
  const headers = { ...forwardedHeaders(rawHeaders), ...framing, [appKeyHeader]: key, connection: 'close' }
  const asked = open({ host: '127.0.0.1', port, method, path, headers, agent: false })
  // An event stream would be stuck on old code; it is ended on a reload, and its client reconnects to the new code.
  let endless = false
  const release = child.hold(() => endless && response.end())
  asked.on('response', (answer) => {
    endless = request.method === 'GET' && /^text\/event-stream/.test(answer.headers['content-type'] ?? '')
    response.writeHead(answer.statusCode ?? 502, answer.statusMessage, forwardedHeaders(answer.rawHeaders))
    answer.on('error', () => response.destroy())
    answer.pipe(response)
  })
  asked.on('error', () => {
    if (response.headersSent) response.destroy()
    else refuse(response, 502, 'The server ended before it had answered')
  })
  request.pipe(asked)
  return new Promise((resolve) => {
    response.once('close', () => {
      asked.destroy()
      release()
      resolve()
    })
  })
}

import type { IncomingMessage, ServerResponse } from 'node:http'
import type { Listening } from '../patches/node/listen.ts'
import { isRecord } from '../protocol/jsonrpc.ts'
import type { AppHandler, ServerSource } from '../protocol/source.ts'
import { loadError } from '../terminal/errors.ts'

/** A source that is only the user's HTTP app, which serves MCP itself on its own paths. */
export function appSource(name: string, app: AppHandler): ServerSource {
  return {
    name,
    version: undefined,
    counts: new Map(),
    sdk: 'v1',
    sdkCopy: undefined,
    routes: [],
    app,
    appOnly: true,
    open: () => Promise.reject(loadError(`${name} serves HTTP by itself`)),
    onChange: () => () => undefined,
    close: () => Promise.resolve(),
  }
}

/** Serves requests with the server whose port user code wanted to open. */
export const listenerApp =
  ({ server }: Listening): AppHandler =>
  (request, response) => {
    if (!server.emit('request', request, response)) response.writeHead(404).end()
  }

/** An app for web-standard hosts: a Hono app, the result of `createMcpHandler()`, and others. */
export interface FetchObject {
  fetch(request: Request): Response | Promise<Response>
}

export const isFetchObject = (value: unknown): value is FetchObject =>
  (isRecord(value) || typeof value === 'function') &&
  typeof (value as unknown as Partial<FetchObject>).fetch === 'function'

/** Serves requests with an object's `fetch`. */
export const fetchApp =
  (app: FetchObject): AppHandler =>
  async (request: IncomingMessage, response: ServerResponse) => {
    // With these comes Node's HTTP client, which would cost every start on stdio a tenth.
    const { clientLeft, fetchRequest } = await import('../transports/web/web-request.ts')
    const { writeResponse } = await import('../transports/web/web-response.ts')
    const { signal } = clientLeft(response)
    await writeResponse(response, await app.fetch(fetchRequest(request, signal)))
  }

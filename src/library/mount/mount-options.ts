import type { IncomingMessage, ServerResponse } from 'node:http'

/** How a server is mounted in a host of somebody else's: Hono, Express, `node:http`. */
export interface MountOptions {
  /** Keep no sessions, where a host may answer each request in another process, as serverless ones do. */
  stateless?: boolean
  /** What the host puts before the paths of custom routes, such as `/api`, unless it takes it off itself. */
  basePath?: string
  /** Origins of web pages that may call, besides pages of this machine; `*` admits any. */
  allowedOrigins?: readonly string[]
  /** Largest message taken from a client: bytes, or a size such as `20mb`; 4 MiB by default. */
  maxBody?: number | string
  /** Sessions held at the most; 10,000 by default. */
  maxSessions?: number
  /** Seconds after which an idle session ends; 1,800 by default. */
  sessionTimeout?: number
}

/** A mounted server: the same in the two forms that hosts want. Neither needs `this`. */
export interface Mount {
  /** Answers a web-standard request. */
  readonly fetch: (request: Request) => Promise<Response>
  /** Answers a request of Node's, and of Express, whose parsed body and mount path it understands. */
  readonly listener: (request: IncomingMessage, response: ServerResponse) => void
  /** Ends the sessions. */
  close(): Promise<void>
}

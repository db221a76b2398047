import type { IncomingMessage, ServerResponse } from 'node:http'

/** How a server is mounted in a host of somebody else's: Hono, Express, `node:http`. */
export interface MountOptions {
  /**
   * Keeps no sessions, where a host may answer each request in another process, as serverless ones do.
   * @defaultValue `false`
   */
  stateless?: boolean
  /**
   * What the host puts before the paths of custom routes, such as `/api`, unless it takes it off itself.
   * @defaultValue nothing, or with Express the path it is mounted at
   */
  basePath?: string
  /**
   * Origins of web pages that may call, besides pages of this machine; `*` admits any. Others get 403 (2025-11-25,
   * basic/transports, Security Warning).
   * @defaultValue pages of this machine
   */
  allowedOrigins?: readonly string[]
  /**
   * The largest message taken from a client, from 1kb to 256mb: a number of bytes, or a size such as `20mb`.
   * @defaultValue `4mb`
   */
  maxBody?: number | string
  /**
   * How many sessions are held at the most. Beyond that an idle one ends for a new one; when none is idle, the new one
   * gets 503.
   * @defaultValue `10000`
   */
  maxSessions?: number
  /**
   * Seconds after which an idle session ends.
   * @defaultValue `1800`
   */
  sessionTimeout?: number
}

/** A mounted server: the same in the two forms that hosts want. Neither needs `this`. */
export interface Mount {
  /** Answers a web-standard request; whatever goes wrong is an answer too. */
  readonly fetch: (request: Request) => Promise<Response>
  /** Answers a request of Node's, and of Express, whose parsed body and mount path it understands. */
  readonly listener: (request: IncomingMessage, response: ServerResponse) => void
  /** Ends the sessions; calls in flight are answered with an error. */
  close(): Promise<void>
}

/**
 * Explicit ways to reach a server, for `connect()`. They hold data only: the plain objects `{ url, transport }` and
 * `{ command, args }` mean the same, and the official client's own transports can be given too.
 */

export interface HttpTransportOptions {
  /** Sent with every request, such as `{ authorization: 'Bearer …' }`. */
  headers?: Record<string, string>
}

/** Streamable HTTP, whatever the path of the URL. */
export class StreamableHttpTransport {
  readonly transport = 'streamable-http'
  readonly url: string
  readonly headers: Record<string, string>

  constructor(url: string | URL, { headers = {} }: HttpTransportOptions = {}) {
    this.url = String(url)
    this.headers = headers
  }
}

/** The HTTP+SSE transport of 2024-11-05, whatever the path of the URL. */
export class SSETransport {
  readonly transport = 'sse'
  readonly url: string
  readonly headers: Record<string, string>

  constructor(url: string | URL, { headers = {} }: HttpTransportOptions = {}) {
    this.url = String(url)
    this.headers = headers
  }
}

export interface CommandOptions {
  /** The program to start. */
  command: string
  args?: readonly string[]
  /** Added to HOME, LOGNAME, PATH, SHELL, TERM and USER, which is all a server inherits by itself. */
  env?: Record<string, string>
  /** The folder it runs in; the current one by default. */
  cwd?: string
}

/** A program that speaks MCP on its standard streams; it ends with the client. */
export class StdioTransport implements CommandOptions {
  readonly command: string
  readonly args: readonly string[]
  readonly env: Record<string, string>
  readonly cwd?: string

  constructor({ command, args = [], env = {}, cwd }: CommandOptions) {
    this.command = command
    this.args = args
    this.env = env
    if (cwd !== undefined) this.cwd = cwd
  }
}

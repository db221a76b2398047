/**
 * Explicit ways to reach a server, for `connect()`. They hold data only: the plain objects `{ url, transport }` and
 * `{ command, args }` mean the same, and the official client's own transports can be given too.
 */

/** How to reach a server over HTTP. */
export interface HttpTransportOptions {
  /** Sent with every request, such as `{ authorization: 'Bearer …' }`. */
  headers?: Record<string, string>
}

/** Streamable HTTP, whatever the path of the URL. */
export class StreamableHttpTransport {
  /** How it is reached. */
  readonly transport = 'streamable-http'
  /** Where it is. */
  readonly url: string
  /** Sent with every request. */
  readonly headers: Record<string, string>

  constructor(url: string | URL, { headers = {} }: HttpTransportOptions = {}) {
    this.url = String(url)
    this.headers = headers
  }
}

/** The HTTP+SSE transport of 2024-11-05, whatever the path of the URL. */
export class SSETransport {
  /** How it is reached. */
  readonly transport = 'sse'
  /** Where it is. */
  readonly url: string
  /** Sent with every request. */
  readonly headers: Record<string, string>

  constructor(url: string | URL, { headers = {} }: HttpTransportOptions = {}) {
    this.url = String(url)
    this.headers = headers
  }
}

/** A program to start, as `mcp.json` writes it. */
export interface CommandOptions {
  /** The program to start. */
  command: string
  /** Its arguments, each as it is: no shell reads them. */
  args?: readonly string[]
  /** Added to HOME, LOGNAME, PATH, SHELL, TERM and USER, which is all a server inherits by itself. */
  env?: Record<string, string>
  /** The folder it runs in; the current one by default. */
  cwd?: string
}

/** A program that speaks MCP on its standard streams; it ends with the client. */
export class StdioTransport implements CommandOptions {
  readonly command: string
  /** Its arguments. */
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

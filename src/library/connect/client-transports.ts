/**
 * Explicit ways to reach a server, for `connect()`. They hold data only: the plain objects `{ url, transport }` and
 * `{ command, args }` mean the same, and the official client's own transports can be given too.
 */

/** What `StreamableHttpTransport` and `SSETransport` take beside the URL. */
export interface HttpTransportOptions {
  /**
   * Sent with every request, such as `{ authorization: 'Bearer …' }`.
   * @defaultValue none
   */
  headers?: Record<string, string>
}

/** A server at a URL, reached by Streamable HTTP, whatever the path (2025-11-25, basic/transports). */
export class StreamableHttpTransport {
  /** How it is reached. */
  readonly transport = 'streamable-http'
  /** Where it is. */
  readonly url: string
  /** Sent with every request. */
  readonly headers: Record<string, string>

  /** Says where it is; `connect()` checks that, and connects. */
  constructor(url: string | URL, { headers = {} }: HttpTransportOptions = {}) {
    this.url = String(url)
    this.headers = headers
  }
}

/** A server at a URL, reached by the HTTP+SSE transport of 2024-11-05, whatever the path. */
export class SSETransport {
  /** How it is reached. */
  readonly transport = 'sse'
  /** Where it is. */
  readonly url: string
  /** Sent with every request. */
  readonly headers: Record<string, string>

  /** Says where it is; `connect()` checks that, and connects. */
  constructor(url: string | URL, { headers = {} }: HttpTransportOptions = {}) {
    this.url = String(url)
    this.headers = headers
  }
}

/** A program to start, as `mcp.json` writes it. */
export interface CommandOptions {
  /** The program to start. */
  command: string
  /**
   * Its arguments, each as it is: no shell reads them.
   * @defaultValue none
   */
  args?: readonly string[]
  /** Added to HOME, LOGNAME, PATH, SHELL, TERM and USER, which is all a server inherits by itself. */
  env?: Record<string, string>
  /**
   * The folder it runs in.
   * @defaultValue the current one
   */
  cwd?: string
}

/** A program that speaks MCP on its standard streams; it ends with the client. */
export class StdioTransport implements CommandOptions {
  /** The program to start. */
  readonly command: string
  /** Its arguments, each as it is: no shell reads them. */
  readonly args: readonly string[]
  /** Added to HOME, LOGNAME, PATH, SHELL, TERM and USER, which is all a server inherits by itself. */
  readonly env: Record<string, string>
  /** The folder it runs in; the current one when absent. */
  readonly cwd?: string

  /** Says which program; `connect()` starts it. */
  constructor({ command, args = [], env = {}, cwd }: CommandOptions) {
    this.command = command
    this.args = args
    this.env = env
    if (cwd !== undefined) this.cwd = cwd
  }
}

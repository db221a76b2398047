import type { McpServerFactory } from '@modelcontextprotocol/server'

/** What the SDK's own entry points need to serve the modern era from a source. */
export interface Products {
  factory: McpServerFactory
  /** Keeps what a server must do while a client listens to these resources. Returns the way to end it. */
  readonly listenTo: (uris: readonly string[]) => Promise<() => Promise<void>>
}

// Patches: `toolInputSchemaJson` of a server that stands for one of SDK v1.
// Why: the SDK checks headers that repeat arguments against the schemas of its own tools, and this one
//   has none.
// On: @modelcontextprotocol/server 2.0–2.4.
// Otherwise: the type check fails; headers that contradict their arguments are taken.

import type { McpServer } from '@modelcontextprotocol/server'
import type { Params } from '../../protocol/jsonrpc.ts'

/** Lets a server know the input schemas of tools that it does not hold itself, by name. */
export function tellToolSchemas(server: McpServer, schemas: ReadonlyMap<string, Params>): void {
  server.toolInputSchemaJson = (name) => schemas.get(name)
}

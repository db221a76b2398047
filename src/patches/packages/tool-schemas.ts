import type { McpServer } from '@modelcontextprotocol/server'
import type { Params } from '../../protocol/jsonrpc.ts'

/** Lets a server know the input schemas of tools that it does not hold itself, by name. */
export function tellToolSchemas(server: McpServer, schemas: ReadonlyMap<string, Params>): void {
  server.toolInputSchemaJson = (name) => schemas.get(name)
}

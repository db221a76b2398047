import { isRecord, type Params, wordOf } from '../../protocol/jsonrpc.ts'
import { entriesOf } from '../../protocol/list-pages.ts'

/** Asks a server for a page of its tools. */
export type ToolsPage = (params: Params) => Promise<Params>

/** The input schemas of all tools, by name. */
export async function toolSchemas(page: ToolsPage): Promise<Map<string, Params>> {
  const schemas = new Map<string, Params>()
  for (const { name, inputSchema } of await entriesOf('tools', page)) {
    if (isRecord(inputSchema)) schemas.set(wordOf(name), inputSchema)
  }
  return schemas
}

import { isRecord, type Params, wordOf } from '../jsonrpc.ts'

/** Pages of tools read at the most, should a server never come to the last. */
const pageLimit = 100

/** Asks a server for the page of its tools after a cursor. */
export type ToolsPage = (cursor: string | undefined) => Promise<Params>

/** The input schemas of all tools, by name. */
export async function toolSchemas(page: ToolsPage): Promise<Map<string, Params>> {
  const schemas = new Map<string, Params>()
  let cursor: string | undefined
  for (let pages = 0; pages < pageLimit; pages++) {
    const { tools, nextCursor } = await page(cursor)
    for (const tool of Array.isArray(tools) ? tools : []) {
      if (isRecord(tool) && isRecord(tool.inputSchema)) schemas.set(wordOf(tool.name), tool.inputSchema)
    }
    if (typeof nextCursor !== 'string') break
    cursor = nextCursor
  }
  return schemas
}

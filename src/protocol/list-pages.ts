import { jsonText } from './json-text.ts'
import { isRecord, type Params } from './jsonrpc.ts'

/** Limits for reading one list, since a server may never return the last page. Bytes are of JSON. */
export const listLimits = { pages: 100, bytes: 16 * 1024 * 1024 } as const

/** The entries of a list, across all pages. Invalid entries are left out. */
export async function entriesOf(
  field: string,
  page: (params: Params) => Promise<Params | undefined>,
): Promise<Params[]> {
  const found: Params[] = []
  let bytes = 0
  let cursor: string | undefined
  for (let pages = 0; pages < listLimits.pages; pages++) {
    const result = await page(cursor === undefined ? {} : { cursor })
    const entries = result?.[field]
    if (Array.isArray(entries)) for (const entry of entries) if (isRecord(entry)) found.push(entry)
    if (typeof result?.nextCursor !== 'string') break
    cursor = result.nextCursor
    bytes += jsonText(result).length
    if (bytes > listLimits.bytes) break
  }
  return found
}

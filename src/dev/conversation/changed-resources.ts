import { jsonText } from '../../protocol/json-text.ts'
import type { Link } from './link.ts'

/** Milliseconds a resource gets to be read; one that takes longer counts as changed. */
const readLimit = 500

/** Those of a client's subscribed resources that the next generation reads differently. */
export async function changedResources(
  uris: ReadonlySet<string>,
  before: Link | undefined,
  after: Link,
): Promise<string[]> {
  if (!before) return []
  const pairs = [...uris].map(async (uri) => {
    const [old, now] = await Promise.all([contentsOf(before, uri), contentsOf(after, uri)])
    return old === now ? [] : [uri]
  })
  return (await Promise.all(pairs)).flat()
}

async function contentsOf(link: Link, uri: string): Promise<string> {
  const response = await link.ask('resources/read', { uri }, readLimit)
  return response && 'result' in response ? jsonText(response.result) : ''
}

import { wordOf } from '../../protocol/jsonrpc.ts'
import { entriesOf } from '../../protocol/list-pages.ts'
import type { ServerSource } from '../../protocol/source.ts'
import { nearest } from '../../terminal/nearest.ts'
import { oneLine } from '../../terminal/printable.ts'
import { inspectServer } from '../bridge/hidden-session.ts'
import type { Log } from '../serve-options.ts'

/** Milliseconds that a server gets to list its tools; after that the check is skipped. */
const limit = 10_000

/** Warns of tools that `--tool-scopes` names and the server does not list: they may be added later, or be typos. */
export async function warnOfUnknownTools(
  source: Pick<ServerSource, 'open'>,
  scopes: Readonly<Record<string, unknown>>,
  log: Log,
): Promise<void> {
  const listing = inspectServer(source, limit, (session) =>
    entriesOf('tools', (params) => session.request('tools/list', params).answer),
  )
  // A server that fails here reports that to its clients itself.
  const listed = await listing.catch(() => undefined)
  if (!listed) return
  const names = listed.map(({ name }) => wordOf(name))
  for (const words of unknownTools(scopes, names)) log('warning', words)
}

/** One line per tool that has scopes configured and is not among these names. */
export const unknownTools = (scopes: Readonly<Record<string, unknown>>, names: readonly string[]): string[] =>
  Object.keys(scopes)
    .filter((name) => !names.includes(name))
    .map((name) => {
      const near = nearest(name, names)
      const hint = near === undefined ? '' : ` Did you mean ${oneLine(near)}?`
      return `--tool-scopes names the tool ${oneLine(name)}, which the server does not have.${hint}`
    })

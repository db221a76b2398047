import { type Params, wordOf } from '../../protocol/jsonrpc.ts'
import { entriesOf } from '../../protocol/list-pages.ts'
import type { Member } from './member.ts'

/** What can be listed, where the entries stand in an answer, and what an entry is called by. */
export const mergedLists: ReadonlyMap<string, { field: string; key: string; capability: string }> = new Map([
  ['tools/list', { field: 'tools', key: 'name', capability: 'tools' }],
  ['prompts/list', { field: 'prompts', key: 'name', capability: 'prompts' }],
  ['resources/list', { field: 'resources', key: 'uri', capability: 'resources' }],
  ['resources/templates/list', { field: 'resourceTemplates', key: 'uriTemplate', capability: 'resources' }],
])

/**
 * The entries of one list, of all servers that can be reached. Tools and prompts are called `server_name`; a resource
 * keeps its URI, which belongs to the first server that lists it.
 */
export async function mergedList(
  method: string,
  branches: readonly Member[],
  note: (key: string, branch: Member, own: string) => void,
): Promise<Params> {
  const { field, key, capability } = mergedLists.get(method) ?? { field: '', key: '', capability: '' }
  const able = branches.filter((branch) => branch.ready && capability in branch.capabilities)
  const lists = await Promise.all(
    able.map(async (branch) => ({ branch, entries: await listed(branch, method, field) })),
  )
  const seen = new Set<string>()
  const merged: unknown[] = []
  for (const { branch, entries } of lists) {
    for (const entry of entries) {
      const own = wordOf(entry[key])
      const name = key === 'name' ? prefixed(branch, own) : own
      if (seen.has(name)) continue
      seen.add(name)
      note(name, branch, own)
      merged.push({ ...entry, [key]: name })
    }
  }
  return { [field]: merged }
}

/** Those of a server that does not answer, or says an error, as far as they came. */
const listed = (branch: Member, method: string, field: string): Promise<Params[]> =>
  entriesOf(field, async (params) => {
    const response = await branch.request(method, params)
    return 'error' in response ? undefined : response.result
  })

const prefixed = (branch: Member, name: string): string => branch.prefix + name

/** The server that a name no list has shown may be of, and its name there; the longest prefix that fits. */
export function unprefixed(
  branches: readonly Member[],
  name: string,
): { branch: Member; name: string } | undefined {
  const [branch] = branches
    .filter((one) => name.startsWith(one.prefix))
    .sort((a, b) => b.prefix.length - a.prefix.length)
  return branch && { branch, name: name.slice(branch.prefix.length) }
}

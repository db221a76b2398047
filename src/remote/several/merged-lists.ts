import { type Params, wordOf } from '../../protocol/jsonrpc.ts'
import { entriesOf } from '../../protocol/list-pages.ts'
import type { Member } from './member.ts'

/** The lists by method: the result field, the identifying property of an entry, and the capability. */
export const mergedLists: ReadonlyMap<string, { field: string; key: string; capability: string }> = new Map([
  ['tools/list', { field: 'tools', key: 'name', capability: 'tools' }],
  ['prompts/list', { field: 'prompts', key: 'name', capability: 'prompts' }],
  ['resources/list', { field: 'resources', key: 'uri', capability: 'resources' }],
  ['resources/templates/list', { field: 'resourceTemplates', key: 'uriTemplate', capability: 'resources' }],
])

/**
 * The merged entries of one list of all reachable servers. Tools and prompts are named `server_name`; a resource keeps
 * its URI, which belongs to the first server that lists it.
 */
export async function mergedList(
  method: string,
  members: readonly Member[],
  note: (key: string, member: Member, own: string) => void,
): Promise<Params> {
  const { field, key, capability } = mergedLists.get(method) ?? { field: '', key: '', capability: '' }
  const able = members.filter((member) => member.ready && capability in member.capabilities)
  const lists = await Promise.all(
    able.map(async (member) => ({ member, entries: await listed(member, method, field) })),
  )
  const seen = new Set<string>()
  const merged: unknown[] = []
  for (const { member, entries } of lists) {
    for (const entry of entries) {
      const own = wordOf(entry[key])
      const name = key === 'name' ? member.prefix + own : own
      if (seen.has(name)) continue
      seen.add(name)
      note(name, member, own)
      merged.push({ ...entry, [key]: name })
    }
  }
  return { [field]: merged }
}

/** The server and original name of an unlisted name, by the longest matching prefix. */
export function unprefixed(
  members: readonly Member[],
  name: string,
): { member: Member; name: string } | undefined {
  const [member] = members
    .filter((one) => name.startsWith(one.prefix))
    .sort((a, b) => b.prefix.length - a.prefix.length)
  return member && { member, name: name.slice(member.prefix.length) }
}

/** Maximum characters of a prefix. */
const longest = 32

/** The unique prefixes of the servers, in order, with characters that every client accepts in tool names. */
export function memberPrefixes(names: readonly string[]): string[] {
  const taken = new Set<string>()
  return names.map((name) => {
    const plain = name.replace(/[^A-Za-z0-9_-]+/g, '-').replace(/^-+|-+$/g, '')
    const base = plain.slice(0, longest) || 'server'
    let prefix = base
    for (let count = 2; taken.has(prefix); count++) prefix = `${base}-${count}`
    taken.add(prefix)
    return `${prefix}_`
  })
}

/** The pages of a server's list; incomplete if it fails. */
const listed = (member: Member, method: string, field: string): Promise<Params[]> =>
  entriesOf(field, async (params) => {
    const response = await member.request(method, params)
    return 'error' in response ? undefined : response.result
  })

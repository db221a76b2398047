import { clientV1, clientV2, connectV1, connectV2, type Target } from '../support/clients.ts'
import { patience } from '../support/program.ts'
import type { Peer } from './peer.ts'

const waiting = { timeout: patience }

/** A tool as a client is given it, with everything that its server says of it. */
export type Tool = { name: string; description?: string | undefined }

/** A client that is connected, whichever SDK it is of. */
export interface Asker {
  readonly kind: 'v1' | 'v2'
  tools(): Promise<Tool[]>
  close(): Promise<void>
}

/** Of SDK v2 it comes as that SDK's clients do by default today: it asks first which era the server knows. */
export async function connect(kind: Asker['kind'], target: Target): Promise<Asker> {
  const client =
    kind === 'v1'
      ? await connectV1(target, clientV1('peers-v1'), waiting)
      : await connectV2(target, clientV2('peers-v2', 'auto'), waiting)
  return {
    kind,
    tools: async () => (await client.listTools(undefined, waiting)).tools,
    close: () => client.close(),
  }
}

/** What clients of these SDKs, all at once, see of a server. @throws Error when they do not see the same. */
export async function toolsAt(target: Target, kinds: readonly Asker['kind'][] = ['v1']): Promise<Tool[]> {
  const lists = await Promise.all(
    kinds.map(async (kind) => {
      const asker = await connect(kind, target)
      return asker.tools().finally(() => asker.close())
    }),
  )
  const [first = [], ...others] = lists
  for (const other of others) {
    const differs = difference(normal(first), normal(other))
    if (differs) throw new Error(`two clients see other tools: ${differs}`)
  }
  return first
}

/**
 * The same to the clients of both SDKs and in both eras: SDK v1 orders keys anew and drops `$schema`, and how a tool may be
 * called as a task is not said in the modern era. Whatever else differs, a server has said.
 */
export const normal = (tools: readonly Tool[]): Tool[] =>
  JSON.parse(JSON.stringify(tools), (key, value) => {
    if (key === '$schema' || key === 'execution') return undefined
    if (value === null || typeof value !== 'object' || Array.isArray(value)) return value
    return Object.fromEntries(Object.entries(value).sort(([one], [other]) => (one < other ? -1 : 1)))
  })

/** Where a client finds a server that plain Node, or tsx, runs. */
export function plainly({ before, entry, args, folder, env }: Peer): Target {
  const [program = '', ...stdio] = [...before, entry, ...args]
  return { program, stdio, cwd: folder, env }
}

/** What of two lists differs first, in words; `undefined` when they say the same. */
export function difference(wanted: readonly Tool[], given: readonly Tool[]): string | undefined {
  if (wanted.length !== given.length) return `${wanted.length} tools, ${given.length} here`
  for (const [index, tool] of wanted.entries()) {
    const [one, other] = [JSON.stringify(tool), JSON.stringify(given[index])]
    if (one === other) continue
    let at = 0
    while (one[at] === other[at]) at++
    const part = (text: string) => text.slice(Math.max(0, at - 60), at + 60)
    return `${tool.name}: …${part(one)}… is …${part(other)}… here`
  }
  return undefined
}

/** @throws Error that says what differs from what the server lists by itself, unless it never lists the same twice. */
export async function sameTools(peer: Peer, wanted: readonly Tool[], given: readonly Tool[]): Promise<void> {
  const differs = difference(wanted, given)
  if (!differs) return
  const again = await toolsAt(plainly(peer))
  const names = (tools: readonly Tool[]) => tools.map(({ name }) => name).sort()
  if (difference(wanted, again) && names(again).join() === names(given).join()) return
  throw new Error(differs)
}

import type { Cluster, Redis } from 'ioredis'

/** The node to which each client gives what it says, and those that have failed it. */
const speakers = new WeakMap<Cluster, { node?: Redis; failed: WeakSet<Redis> }>()

/**
 * Says a word by way of one node, always the same: a cluster passes on in their order only the words that one node was given,
 * and the client itself takes any.
 * @throws Error when the node does not take it; the next word goes by way of another.
 */
export async function publishTo(client: Cluster, channel: string, text: string): Promise<number> {
  const known = speakers.get(client) ?? { failed: new WeakSet() }
  speakers.set(client, known)
  const nodes = client.nodes('master')
  const usable = (node: Redis) => !known.failed.has(node) && node.status !== 'end'
  if (!known.node || !nodes.includes(known.node) || !usable(known.node)) {
    const next = nodes.find(usable) ?? nodes[0]
    if (next) known.node = next
  }
  const { node } = known
  if (!node) return client.publish(channel, text)
  try {
    const heard = await node.publish(channel, text)
    known.failed.delete(node)
    return heard
  } catch (error) {
    known.failed.add(node)
    throw error
  }
}

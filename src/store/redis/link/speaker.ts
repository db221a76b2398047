import type { Cluster, Redis } from 'ioredis'

/** The node to which each client publishes, and the nodes that have failed. */
const speakers = new WeakMap<Cluster, { node?: Redis; failed: WeakSet<Redis> }>()

/**
 * Publishes always through the same node: a cluster preserves the order only of messages published to one node, and the
 * client would pick any.
 * @throws Error if the node fails; the next message uses another node.
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

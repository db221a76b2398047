import type { Client } from '@modelcontextprotocol/client'

/**
 * All that an official client sees of a server, in the shape of `inspect --json`. How long an answer may be kept
 * (`ttlMs`, `cacheScope`) is said of one answer of the modern era, not of what is offered, and stays out of both.
 */
export async function seenBy(client: Client): Promise<Record<string, unknown>> {
  const has = client.getServerCapabilities() ?? {}
  const seen = {
    serverInfo: client.getServerVersion() ?? null,
    protocolVersion: client.getNegotiatedProtocolVersion() ?? null,
    instructions: client.getInstructions() ?? null,
    capabilities: has,
    tools: has.tools ? (await client.listTools()).tools : [],
    prompts: has.prompts ? await listed(async () => (await client.listPrompts()).prompts) : [],
    resources: has.resources ? await listed(async () => (await client.listResources()).resources) : [],
    resourceTemplates: has.resources
      ? await listed(async () => (await client.listResourceTemplates()).resourceTemplates)
      : [],
  }
  return JSON.parse(JSON.stringify(seen))
}

/** Many servers announce a capability and have no method for one of its lists, or fail when they are asked for it. */
async function listed(ask: () => Promise<unknown[]>): Promise<unknown[]> {
  try {
    return await ask()
  } catch (error) {
    if (typeof (error as { code?: unknown }).code === 'number') return []
    throw error
  }
}

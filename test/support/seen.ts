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
    prompts: has.prompts ? (await client.listPrompts()).prompts : [],
    resources: has.resources ? (await client.listResources()).resources : [],
    resourceTemplates: has.resources ? await templatesOf(client) : [],
  }
  return JSON.parse(JSON.stringify(seen))
}

/** Many servers announce resources and have no method for templates. */
async function templatesOf(client: Client): Promise<unknown[]> {
  try {
    return (await client.listResourceTemplates()).resourceTemplates
  } catch (error) {
    if ((error as { code?: unknown }).code === -32601) return []
    throw error
  }
}

import type { Client, Prompt, Resource, ResourceTemplateType, Tool } from '@modelcontextprotocol/client'
import { errorCodes } from '../protocol/jsonrpc.ts'
import { CliError, codeOf, exitCodes, messageOf } from '../terminal/errors.ts'

/** All that a server offers, as it was on the wire. */
export interface Offers {
  tools: Tool[]
  prompts: Prompt[]
  resources: Resource[]
  resourceTemplates: ResourceTemplateType[]
}

/** Lists everything, all pages; what a server does not know counts as empty. */
export async function surveyOffers(client: Client, timeout: number): Promise<Offers> {
  const options = { timeout }
  const has = client.getServerCapabilities() ?? {}
  // The official client prints a line for each list it is asked for in vain.
  const [tools, prompts, resources, templates] = await Promise.all([
    has.tools && known(client.listTools(undefined, options)),
    has.prompts && known(client.listPrompts(undefined, options)),
    has.resources && known(client.listResources(undefined, options)),
    has.resources && known(client.listResourceTemplates(undefined, options)),
  ])
  return {
    tools: tools?.tools ?? [],
    prompts: prompts?.prompts ?? [],
    resources: resources?.resources ?? [],
    resourceTemplates: templates?.resourceTemplates ?? [],
  }
}

/** How a server introduces itself. */
export function introduction(client: Client) {
  return {
    serverInfo: client.getServerVersion() ?? null,
    protocolVersion: client.getNegotiatedProtocolVersion() ?? null,
    instructions: client.getInstructions() ?? null,
    capabilities: client.getServerCapabilities() ?? {},
  }
}

/** An error that came back instead of a result, or that no result came. Exit 5, or 1 when time ran out. */
export function unanswered(what: string, error: unknown, seconds: number): CliError {
  if (error instanceof CliError) return error
  const code = error instanceof Error && 'code' in error ? error.code : undefined
  if (code === 'REQUEST_TIMEOUT') {
    const message = `${what} did not respond within ${seconds} s. Allow more with --timeout.`
    return new CliError(exitCodes.failed, message, [], { cause: error })
  }
  if (code === 'CONNECTION_CLOSED' || code === 'SEND_FAILED') {
    return new CliError(exitCodes.listen, `${what}: the connection was lost`, [], { cause: error })
  }
  const rpcCode = rpcCodeOf(error)
  // Servers of SDK v1 send the code as a part of the message, too.
  const text = messageOf(error).replace(/^MCP error -?\d+: /, '')
  return new CliError(
    exitCodes.answered,
    `${what}: ${text}${rpcCode === undefined ? '' : ` (${rpcCode})`}`,
    [],
    {
      cause: error,
    },
  )
}

/** Many servers announce resources and have no method for templates. */
async function known<T>(answer: Promise<T>): Promise<T | undefined> {
  try {
    return await answer
  } catch (error) {
    if (rpcCodeOf(error) === errorCodes.methodNotFound) return undefined
    throw error
  }
}

function rpcCodeOf(error: unknown): number | undefined {
  if (codeOf(error) !== undefined) return undefined
  const code = error instanceof Error && 'code' in error ? error.code : undefined
  return typeof code === 'number' ? code : undefined
}

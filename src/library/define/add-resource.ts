import { type McpServer, ResourceTemplate, type ServerContext } from '@modelcontextprotocol/server'
import type { Answering } from './answering.ts'
import { checkResource } from './definition-check.ts'
import type { ResourceDefinition, ResourceHandle, ResourceHandler, UriParams } from './definitions.ts'
import { handleOn } from './handle-on.ts'
import { resourceResult } from './values.ts'

type Completions = Record<string, (typed: string) => string[] | Promise<string[]>>

/** Registers a resource, or a template of resources, with the official server. */
export function addResource<U extends string>(
  server: McpServer,
  answering: Answering,
  definition: ResourceDefinition<U>,
  handler: ResourceHandler<U>,
): ResourceHandle<U> {
  checkResource(definition.uri, definition.complete, handler)
  let current = { ...definition, handler }
  const read = (address: URL, params: Record<string, string | string[]>, sdk: ServerContext) => {
    const { uri, name = uri, mimeType, handler: handle } = current
    const texts = Object.fromEntries(Object.entries(params).map(([key, value]) => [key, String(value)]))
    return answering.answer({ kind: 'resource', name, args: address.href }, sdk, async (context) =>
      resourceResult(await handle(texts as UriParams<U>, context), address.href, mimeType),
    )
  }
  const { uri, name = uri, complete } = definition
  const registered = uri.includes('{')
    ? server.registerResource(
        name,
        templateOf(uri, complete as Completions | undefined),
        aboutOf(current),
        read,
      )
    : server.registerResource(name, uri, aboutOf(current), (url, sdk) => read(url, {}, sdk))
  return handleOn(registered, (changes) => {
    current = { ...current, ...changes }
    const { title, name: renamed } = changes
    registered.update({
      metadata: aboutOf(current),
      ...(title !== undefined && { title }),
      ...(renamed !== undefined && { name: renamed }),
    })
  })
}

function templateOf(uri: string, complete: Completions | undefined): ResourceTemplate {
  return new ResourceTemplate(uri, { list: undefined, ...(complete && { complete }) })
}

/** What the official server takes as the metadata of a resource. */
function aboutOf<U extends string>(definition: ResourceDefinition<U> & { handler: unknown }) {
  const { uri: _uri, name: _name, complete: _complete, handler: _handler, ...about } = definition
  return about
}

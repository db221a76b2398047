import { isRecord } from '../../../protocol/jsonrpc.ts'
import { own } from '../../../protocol/own.ts'
import type { Finding } from '../finding.ts'

/**
 * The tools that take arguments and publish none: SDK v1 shows an empty object where the schema of a tool is a union.
 * Only a server that was loaded here can be asked what it takes.
 * @param server the exported `McpServer`, if there is one.
 * @param tools as they were on the wire.
 */
export function lintUnpublished(server: object | undefined, tools: readonly unknown[]): Finding[] {
  const registry: unknown = server && Reflect.get(server, '_registeredTools')
  if (!isRecord(registry)) return []
  return tools.filter(isRecord).flatMap(({ name, inputSchema: published }): Finding[] => {
    const registered = typeof name === 'string' ? own(registry, name) : undefined
    const taken = isRecord(registered) ? kindOf(registered.inputSchema) : undefined
    if (taken === undefined || taken === 'object' || !saysNothing(published)) return []
    return [
      {
        level: 'error',
        check: 'schema-unpublished',
        subject: `tool ${String(name)}`,
        path: '/inputSchema',
        text: `says nothing of the arguments, because the SDK does not publish a schema of the kind ${taken}`,
        clients: [],
        remedy: 'register an object of arguments, and check in the tool which belong together',
      },
    ]
  })
}

/** What a schema of zod 4 or 3 is, in zod's own word. */
function kindOf(schema: unknown): string | undefined {
  if (!isRecord(schema)) return undefined
  const ofZod4 = isRecord(schema._zod) && isRecord(schema._zod.def) ? schema._zod.def.type : undefined
  const ofZod3 = isRecord(schema._def) ? schema._def.typeName : undefined
  if (typeof ofZod4 === 'string') return ofZod4
  return typeof ofZod3 === 'string' ? ofZod3.replace(/^Zod/, '').toLowerCase() : undefined
}

const saysNothing = (schema: unknown) =>
  isRecord(schema) &&
  (!isRecord(schema.properties) || Object.keys(schema.properties).length === 0) &&
  !['anyOf', 'oneOf', 'allOf', '$ref'].some((keyword) => Object.hasOwn(schema, keyword))

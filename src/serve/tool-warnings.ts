import { isRecord } from '../protocol/jsonrpc.ts'
import { isConvertible, schemaFault } from '../protocol/schema-check.ts'
import type { Log } from './serve-options.ts'

/** Milliseconds after the start, when the first client has its answers and nobody waits for this. */
const patience = 1_000

/**
 * Names the tools of an SDK server whose schemas clients cannot be told: with one of them the SDK fails the whole
 * list, and says so to nobody but the client.
 */
export function warnOfSchemasSoon(server: object | undefined, log: Log): void {
  const tools: unknown = server && Reflect.get(server, '_registeredTools')
  if (!isRecord(tools)) return
  setTimeout(() => {
    for (const [name, tool] of Object.entries(tools)) {
      const schema = isRecord(tool) ? tool.inputSchema : undefined
      const fault = isConvertible(schema) ? schemaFault(schema, 'input') : undefined
      if (fault !== undefined) log('warning', `tool "${name}": input ${fault}`)
    }
  }, patience).unref()
}

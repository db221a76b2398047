import { isRecord } from '../../protocol/jsonrpc.ts'
import type { ServerSource } from '../../protocol/source.ts'

/** Where every copy of `@opentelemetry/api` of major version 1 keeps what has been registered with it. */
const registered = Symbol.for('opentelemetry.js.api.1')

/**
 * The same source with a span for each request, in a process that has a tracer of OpenTelemetry; whatever that takes is
 * loaded there alone.
 */
export async function traced(
  source: ServerSource,
  log: (level: 'debug', message: string) => void,
): Promise<ServerSource> {
  const api: unknown = Reflect.get(globalThis, registered)
  if (!isRecord(api) || api.trace === undefined) return source
  const { tracedSource } = await import('./traced-source.ts')
  return tracedSource(source, log)
}

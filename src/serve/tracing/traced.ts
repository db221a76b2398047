import { isRecord } from '../../protocol/jsonrpc.ts'
import type { ServerSource } from '../../protocol/source.ts'

/** The global in which every copy of `@opentelemetry/api` 1.x keeps its registrations. */
const registered = Symbol.for('opentelemetry.js.api.1')

/**
 * The same source with a span per request, if this process has an OpenTelemetry tracer; the code for that is loaded
 * only then.
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

import { version } from '../../process/version.ts'
import type { JsonRpcRequest } from '../../protocol/jsonrpc.ts'
import type { ServerSource } from '../../protocol/source.ts'
import { type Asker, watchedSource } from '../watched/watched-source.ts'
import { failureIn, requestAttributes, spanName, textsIn } from './call-attributes.ts'
import { findOpenTelemetry, type OpenTelemetry } from './open-telemetry.ts'

/**
 * The same source with a span of kind SERVER per request, by the OpenTelemetry conventions for MCP; spans that a
 * handler starts become its children.
 */
export function tracedSource(
  source: ServerSource,
  log: (level: 'debug', message: string) => void,
): ServerSource {
  const api = findOpenTelemetry()
  if (!api) {
    log('debug', 'calls are not traced: @opentelemetry/api is not installed where the server is')
    return source
  }
  const tracer = api.trace.getTracer('fastmcp-cli', version)
  return watchedSource(source, (request, asker) => {
    const { parent, links } = surroundingsOf(api, request, asker)
    const attributes = requestAttributes(request, asker)
    const span = tracer.startSpan(spanName(request), { kind: api.SpanKind.SERVER, attributes, links }, parent)
    const inside = api.trace.setSpan(parent, span)
    return {
      run: (hand) => api.context.with(inside, hand),
      end: (answer) => {
        const failure = failureIn(answer)
        if (failure) {
          const { attributes, ...rest } = failure
          span.setAttributes(attributes)
          span.setStatus({ code: api.SpanStatusCode.ERROR, ...rest })
        }
        span.end()
      },
    }
  })
}

/**
 * The parent of a request's span: the context that its `_meta` names, with a link to the HTTP request; otherwise the
 * active span of the HTTP request, or the context in its headers.
 */
function surroundingsOf(api: OpenTelemetry, { params }: JsonRpcRequest, { extra }: Asker) {
  const here = api.context.active()
  const ambient = api.trace.getSpanContext(here)
  const named = api.propagation.extract(here, textsIn(params?._meta))
  const meant = api.trace.getSpanContext(named)
  if (meant !== undefined && meant !== ambient)
    return { parent: named, links: ambient ? [{ context: ambient }] : [] }
  if (ambient) return { parent: here, links: [] }
  return { parent: api.propagation.extract(here, textsIn(extra?.requestInfo?.headers)), links: [] }
}

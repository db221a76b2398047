import { createRequire } from 'node:module'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'

/** The part of `@opentelemetry/api` that creates spans of calls. */
export interface OpenTelemetry {
  readonly trace: {
    getTracer(name: string, version: string): Tracer
    getSpanContext(context: Context): object | undefined
    setSpan(context: Context, span: Span): Context
  }
  readonly context: {
    active(): Context
    with(context: Context, run: () => void): void
  }
  readonly propagation: { extract(context: Context, carrier: object): Context }
  readonly SpanKind: { readonly SERVER: number }
  readonly SpanStatusCode: { readonly ERROR: number }
}

interface Context {
  getValue(key: symbol): unknown
}

export type Attributes = Record<string, string | number>

export interface Span {
  setAttributes(attributes: Attributes): unknown
  setStatus(status: { code: number; message?: string }): unknown
  end(): void
}

interface Tracer {
  startSpan(
    name: string,
    options: { kind: number; attributes: Attributes; links: { context: object }[] },
    context: Context,
  ): Span
}

/**
 * The API from the user's program or from our own dependencies; any copy finds the tracer that is registered in this
 * process.
 * @returns undefined if it is not installed.
 */
export function findOpenTelemetry(): OpenTelemetry | undefined {
  const [, main] = process.argv
  for (const base of [main, join(process.cwd(), 'package.json'), import.meta.url]) {
    if (base === undefined) continue
    try {
      const from = base.startsWith('file:') ? base : pathToFileURL(base)
      return createRequire(from)('@opentelemetry/api') as OpenTelemetry
    } catch {
      // Not installed there.
    }
  }
  return undefined
}

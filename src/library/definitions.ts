import type { Icon, StandardSchemaWithJSON, ToolAnnotations } from '@modelcontextprotocol/server'

type Schema = StandardSchemaWithJSON

/** The validated value a schema yields; an empty object where there is none. */
export type Output<S extends Schema | undefined> = S extends Schema
  ? StandardSchemaWithJSON.InferOutput<S>
  : Record<string, never>

export interface ToolDefinition<I extends Schema | undefined, O extends Schema | undefined> {
  /** Unique in the server; letters, digits, `_`, `-`, `.` and `/`, at most 64 (2025-11-25, server/tools). */
  name: string
  title?: string
  description?: string
  /** The arguments, as any Standard Schema that can tell its JSON Schema (zod 4.2, arktype, valibot). */
  input?: I
  /** The structured result; what the handler returns is checked against it. */
  output?: O
  annotations?: ToolAnnotations
  icons?: Icon[]
  _meta?: Record<string, unknown>
  /** Milliseconds the handler may take; the time it waits for the client's answers does not count. */
  timeout?: number
}

export interface ResourceDefinition {
  /** A URI, or a template with `{params}` (RFC 6570). */
  uri: string
  /** Defaults to the URI. */
  name?: string
  title?: string
  description?: string
  /** Defaults to `text/plain`, or `application/octet-stream` for bytes. */
  mimeType?: string
  /** For a template: suggests values for a parameter, from what was typed so far. */
  complete?: Record<string, (typed: string) => string[] | Promise<string[]>>
}

export interface PromptDefinition<I extends Schema | undefined> {
  name: string
  title?: string
  description?: string
  /** The arguments; MCP transports them as strings. */
  input?: I
}

export interface RouteOptions {
  /** HTTP methods the route answers, `GET` by default. */
  methods?: readonly string[]
  /** Only callers that the server's auth hook (or `--token-env`) accepts; the handler gets them as `auth`. */
  auth?: boolean
}

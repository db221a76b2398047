import type {
  CallToolResult,
  Icon,
  InputRequiredResult,
  StandardSchemaV1,
  ToolAnnotations,
} from '@modelcontextprotocol/server'
import type { Context } from './context.ts'
import type { Output, Schema } from './schemas.ts'
import type { PromptValue, ResourceValue, ToolValue } from './values.ts'

/** A tool, as clients are told of it. */
export interface ToolDefinition<I extends Schema | undefined, O extends Schema | undefined> {
  /** Unique in the server; letters, digits, `_`, `-`, `.` and `/`, at most 128 (2025-11-25, server/tools). */
  name: string
  /** The name that people are shown. */
  title?: string
  /** What it is for, for models and people. */
  description?: string
  /** The arguments, as any Standard Schema that can tell its JSON Schema (zod 4, valibot, arktype). */
  input?: I
  /** The structured result; what the handler returns is checked against it. */
  output?: O
  /** Hints for clients: whether it only reads, may destroy, can be repeated. */
  annotations?: ToolAnnotations
  /** Pictures that clients may show. */
  icons?: Icon[]
  /** Whatever else clients should get, under names with a prefix such as `example.com/name`. */
  _meta?: Record<string, unknown>
  /** Milliseconds the handler may take; the time it waits for the client's answers does not count. */
  timeout?: number
}

/** What a tool's handler returns: what its `output` describes, or anything at all where there is none. */
export type ToolReturn<O extends Schema | undefined> = O extends Schema
  ? StandardSchemaV1.InferInput<O> | CallToolResult | InputRequiredResult
  : ToolValue

/** Does the work of a tool, with the arguments as the schema yields them. */
export type ToolHandler<I extends Schema | undefined, O extends Schema | undefined> = (
  args: Output<I>,
  context: Context,
) => ToolReturn<O> | Promise<ToolReturn<O>>

/** A resource or a template of resources, as clients are told of it. */
export interface ResourceDefinition<U extends string = string> {
  /** A URI, or a template with `{params}` (RFC 6570). */
  uri: U
  /** Defaults to the URI. */
  name?: string
  /** The name that people are shown. */
  title?: string
  /** What it is for, for models and people. */
  description?: string
  /** Defaults to `text/plain`, `application/json` for data, or `application/octet-stream` for bytes. */
  mimeType?: string
  /** Pictures that clients may show. */
  icons?: Icon[]
  /** Whatever else clients should get, under names with a prefix such as `example.com/name`. */
  _meta?: Record<string, unknown>
  /** For a template: suggests values for a parameter, from what was typed so far. */
  complete?: { [K in keyof UriParams<U>]?: (typed: string) => string[] | Promise<string[]> }
}

/** The parameters of a URI template: `users://{org}/{id}` has `org` and `id`. */
export type UriParams<U extends string> = string extends U
  ? Record<string, string>
  : { [K in ParamName<U>]: string }

type ParamName<U extends string> = U extends `${string}{${infer List}}${infer Rest}`
  ? Plain<Listed<Unmarked<List>>> | ParamName<Rest>
  : never
type Unmarked<L extends string> = L extends `${'+' | '#' | '.' | '/' | ';' | '?' | '&'}${infer Names}`
  ? Names
  : L
type Listed<L extends string> = L extends `${infer First},${infer Rest}` ? First | Listed<Rest> : L
type Plain<N extends string> = N extends `${infer Name}*`
  ? Name
  : N extends `${infer Name}:${string}`
    ? Name
    : N

/** Reads a resource, with the parameters of its template. */
export type ResourceHandler<U extends string> = (
  params: UriParams<U>,
  context: Context,
) => ResourceValue | Promise<ResourceValue>

/** A prompt, as clients are told of it. */
export interface PromptDefinition<I extends Schema | undefined> {
  /** Unique among the prompts; the same letters as for tools. */
  name: string
  /** The name that people are shown. */
  title?: string
  /** What it is for, for models and people. */
  description?: string
  /** Pictures that clients may show. */
  icons?: Icon[]
  /** Whatever else clients should get, under names with a prefix such as `example.com/name`. */
  _meta?: Record<string, unknown>
  /** The arguments; MCP transports them as strings. */
  input?: I
}

/** Writes a prompt, with the arguments as the schema yields them. */
export type PromptHandler<I extends Schema | undefined> = (
  args: Output<I>,
  context: Context,
) => PromptValue | Promise<PromptValue>

/** What can be done with something that was added. Clients are told that the list has changed. */
export interface Handle<Changes> {
  /** Whether clients see it. */
  readonly enabled: boolean
  /** Changes parts of the definition, or the `handler`; what is not named stays. */
  update(changes: Changes): void
  /** Puts it back on the list. */
  enable(): void
  /** Takes it off the list until `enable()`; it cannot be used meanwhile. */
  disable(): void
  /** Takes it off the list for good; its name may be used again. */
  remove(): void
}

/** What can be done with a tool that was added. */
export type ToolHandle<I extends Schema | undefined, O extends Schema | undefined> = Handle<
  Partial<ToolDefinition<I, O>> & {
    /** What does the work from now on. */
    handler?: ToolHandler<I, O>
  }
>
/** What can be done with a resource that was added. */
export type ResourceHandle<U extends string> = Handle<
  Partial<Omit<ResourceDefinition<U>, 'uri' | 'complete'>> & {
    /** What does the work from now on. */
    handler?: ResourceHandler<U>
  }
>
/** What can be done with a prompt that was added. */
export type PromptHandle<I extends Schema | undefined> = Handle<
  Partial<PromptDefinition<I>> & {
    /** What does the work from now on. */
    handler?: PromptHandler<I>
  }
>

/** How a custom route is served. */
export interface RouteOptions {
  /** HTTP methods the route answers, `GET` by default. */
  methods?: readonly string[]
  /** Only callers that the server's auth hook (or `--token-env`) accepts; the handler gets them as `auth`. */
  auth?: boolean
}

import type {
  CallToolResult,
  Icon,
  InputRequiredResult,
  StandardSchemaV1,
  ToolAnnotations,
} from '@modelcontextprotocol/server'
import type { Context } from './context.ts'
import type { ToolAuth } from './required-scopes.ts'
import type { Output, Schema } from './schemas.ts'
import type { PromptValue, ResourceValue, ToolValue } from './values.ts'

/** A tool, as clients are told of it. */
export interface ToolDefinition<I extends Schema | undefined, O extends Schema | undefined> {
  /** Unique in the server: 1 to 128 letters, digits, `_`, `-`, `.` and `/` (2025-11-25, server/tools). */
  name: string
  /** The name that people are shown. */
  title?: string
  /** What it is for, for models and people. */
  description?: string
  /** The arguments, as any Standard Schema that can tell its JSON Schema (zod 4, valibot, arktype). */
  input?: I
  /** The structured result (2025-11-25, server/tools); what the handler returns is checked against it. */
  output?: O
  /** Hints for clients, nothing they can rely on: whether it only reads, may destroy, can be repeated. */
  annotations?: ToolAnnotations
  /** Pictures that clients may show. */
  icons?: Icon[]
  /** Whatever else clients should get, under names with a prefix such as `example.com/name`. */
  _meta?: Record<string, unknown>
  /**
   * Milliseconds the handler may take, more than 0; the time it waits for the client's answers does not count. When
   * they are over, its `signal` is aborted and the model is told.
   * @defaultValue no limit
   */
  timeout?: number
  /**
   * What the caller's token must allow over HTTP. A call without it is answered with 403 and `insufficient_scope`
   * (2025-11-25, basic/authorization, Scope Challenge Handling), and the tool does not run; on stdio there is no caller
   * to check. A server that is served over HTTP with such a tool needs a check of its callers.
   * @defaultValue anybody who may call the server
   */
  auth?: ToolAuth
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
  /** A URI that no other resource has, or a template with `{params}` (RFC 6570). */
  uri: U
  /**
   * How it is called on the list; of templates, unique.
   * @defaultValue the URI
   */
  name?: string
  /** The name that people are shown. */
  title?: string
  /** What it is for, for models and people. */
  description?: string
  /**
   * What the contents are, as clients are told.
   * @defaultValue `text/plain`, `application/json` for data, `application/octet-stream` for bytes
   */
  mimeType?: string
  /** Pictures that clients may show. */
  icons?: Icon[]
  /** Whatever else clients should get, under names with a prefix such as `example.com/name`. */
  _meta?: Record<string, unknown>
  /**
   * For a template: suggests values for a parameter, from what was typed so far (2025-11-25,
   * server/utilities/completion).
   */
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
  /** Unique among the prompts: 1 to 128 letters, digits, `_`, `-`, `.` and `/`. */
  name: string
  /** The name that people are shown. */
  title?: string
  /** What it is for, for models and people. */
  description?: string
  /** Pictures that clients may show. */
  icons?: Icon[]
  /** Whatever else clients should get, under names with a prefix such as `example.com/name`. */
  _meta?: Record<string, unknown>
  /** The arguments, as any Standard Schema that can tell its JSON Schema; MCP transports them as strings. */
  input?: I
}

/** Writes a prompt, with the arguments as the schema yields them. */
export type PromptHandler<I extends Schema | undefined> = (
  args: Output<I>,
  context: Context,
) => PromptValue | Promise<PromptValue>

/** What can be done with something that was added. Clients that are connected are told that the list has changed. */
export interface Handle<Changes> {
  /** Whether clients see it. */
  readonly enabled: boolean
  /**
   * Changes parts of the definition, or the `handler`; what is not named stays.
   * @throws TypeError if the definition cannot work; then nothing has changed.
   */
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
  /**
   * HTTP methods that the route answers: of GET, HEAD, POST, PUT, PATCH, DELETE and OPTIONS. Where it answers GET, it
   * answers HEAD too.
   * @defaultValue `['GET']`
   */
  methods?: readonly string[]
  /**
   * Only callers that the server's auth hook (or `--token-env`) accepts; the handler gets them as `auth`.
   * @defaultValue `false`
   */
  auth?: boolean
}

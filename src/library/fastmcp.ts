import {
  type Icon,
  McpServer,
  type RegisteredPrompt,
  type RegisteredResource,
  type RegisteredResourceTemplate,
  type RegisteredTool,
  ResourceTemplate,
  type ServerContext,
  type ServerOptions,
  type StandardSchemaWithJSON,
} from '@modelcontextprotocol/server'
import type { AuthHook } from '../auth.ts'
import { httpKey, sourceKey } from '../runner-hook.ts'
import { ownSdk } from '../serve/own-sdk.ts'
import { instanceSource } from '../sessions/instance-source.ts'
import type { Route, RouteHandler, ServerSource } from '../source.ts'
import { Answering } from './answering.ts'
import type { Context } from './context.ts'
import { checkedPrompt, checkedTool } from './definition-check.ts'
import type {
  Output,
  PromptDefinition,
  ResourceDefinition,
  RouteOptions,
  ToolDefinition,
} from './definitions.ts'
import { FetchHandler } from './fetch-handler.ts'
import type { Mount, MountOptions } from './mount-options.ts'
import { nodeListener } from './node-listener.ts'
import { checkedRoute } from './route-check.ts'
import { type RunHandle, type RunOptions, runAsync, runOwning } from './run.ts'
import {
  type PromptValue,
  promptResult,
  type ResourceValue,
  resourceResult,
  type ToolValue,
  toolResult,
} from './values.ts'

type Schema = StandardSchemaWithJSON

export interface FastMCPOptions {
  /** How the server introduces itself. */
  name: string
  /** Defaults to `0.0.0`. */
  version?: string
  title?: string
  websiteUrl?: string
  icons?: Icon[]
  /** What a model should know about using this server. */
  instructions?: string
  /**
   * Says who calls, before a request reaches MCP, on every HTTP transport: `jwtAuth()`, or a function of your own.
   * Custom routes are open unless they say `auth: true`; health checks always are.
   */
  auth?: AuthHook
  /** Further options of the official SDK's server. */
  sdk?: ServerOptions
}

/**
 * The official SDK's `McpServer` with shorter definitions, HTTP routes, and `run()`. One object serves any
 * number of clients at once, on any transport: each session gets a server derived from it.
 */
export class FastMCP extends McpServer {
  readonly #routes: Route[] = []
  readonly #answering = new Answering(this)
  readonly #auth: AuthHook | undefined
  #mount: Mount | undefined

  /** @throws TypeError for options that are not what they must be. */
  constructor(options: FastMCPOptions) {
    const { name, version = '0.0.0', title, websiteUrl, icons, instructions, auth, sdk = {} } = options
    const about = { ...(title && { title }), ...(websiteUrl && { websiteUrl }), ...(icons && { icons }) }
    super(
      { name, version, ...about },
      {
        ...sdk,
        ...(instructions && { instructions }),
        capabilities: { logging: {}, ...sdk.capabilities },
        requestState: {
          verify: (state, context) =>
            this.#answering.knows(state) ? undefined : sdk.requestState?.verify?.(state, context),
        },
      },
    )
    if (auth !== undefined && typeof auth !== 'function')
      throw new TypeError('auth must be a function of the request, such as jwtAuth({ … })')
    this.#auth = auth
  }

  /**
   * Adds a tool. The handler gets the validated arguments and the context, and returns text, data, bytes or
   * content blocks; what it throws reaches the model as the error's message.
   * @throws Error if the name is taken.
   */
  tool<I extends Schema | undefined = undefined, O extends Schema | undefined = undefined>(
    definition: ToolDefinition<I, O>,
    handler: (args: Output<I>, context: Context) => ToolValue | Promise<ToolValue>,
  ): RegisteredTool {
    const { name, input, output, timeout, ...about } = checkedTool(definition)
    const answer = (args: unknown, sdk: ServerContext) =>
      this.#answering.answer({ kind: 'tool', name, args, timeout }, sdk, async (context) =>
        toolResult(await handler(args as Output<I>, context), output !== undefined),
      )
    const config = { ...about, ...(output && { outputSchema: output as Schema }) }
    if (!input) return this.registerTool(name, config, (sdk: ServerContext) => answer({}, sdk))
    return this.registerTool(name, { ...config, inputSchema: input as Schema }, answer)
  }

  /**
   * Adds a resource, or a template of resources when the URI holds `{params}`, which the handler then gets.
   * @throws Error if the URI or name is taken.
   */
  resource(
    definition: ResourceDefinition,
    handler: (params: Record<string, string>, context: Context) => ResourceValue | Promise<ResourceValue>,
  ): RegisteredResource | RegisteredResourceTemplate {
    const { uri, name = uri, complete, ...about } = definition
    const read = (address: URL, params: Record<string, string | string[]>, sdk: ServerContext) => {
      const texts = Object.fromEntries(Object.entries(params).map(([key, value]) => [key, String(value)]))
      return this.#answering.answer({ kind: 'resource', name, args: address.href }, sdk, async (context) =>
        resourceResult(await handler(texts, context), address.href, definition.mimeType),
      )
    }
    if (!uri.includes('{')) return this.registerResource(name, uri, about, (url, sdk) => read(url, {}, sdk))
    const template = new ResourceTemplate(uri, { list: undefined, ...(complete && { complete }) })
    return this.registerResource(name, template, about, read)
  }

  /**
   * Adds a prompt. The handler returns text, which becomes a user message, or messages.
   * @throws Error if the name is taken.
   */
  prompt<I extends Schema | undefined = undefined>(
    definition: PromptDefinition<I>,
    handler: (args: Output<I>, context: Context) => PromptValue | Promise<PromptValue>,
  ): RegisteredPrompt {
    const { name, input, ...about } = checkedPrompt(definition)
    const answer = (args: unknown, sdk: ServerContext) =>
      this.#answering.answer({ kind: 'prompt', name, args }, sdk, async (context) =>
        promptResult(await handler(args as Output<I>, context)),
      )
    if (!input) return this.registerPrompt(name, about, (sdk: ServerContext) => answer({}, sdk))
    return this.registerPrompt(name, { ...about, argsSchema: input as Schema }, answer)
  }

  /**
   * Adds an HTTP route beside the MCP path: `/users/:id`, `/files/*`. Served on HTTP transports only.
   * @throws TypeError if the path or method cannot work, or is the runner's own.
   */
  customRoute(path: string, handler: RouteHandler): void
  customRoute(path: string, options: RouteOptions, handler: RouteHandler): void
  customRoute(path: string, options: RouteOptions | RouteHandler, handler?: RouteHandler): void {
    const [settings, handle] = typeof options === 'function' ? [{}, options] : [options, handler]
    this.#routes.push(checkedRoute(path, settings, handle as RouteHandler, this.#routes))
  }

  /** Answers a web-standard request, in any host such as Hono, with sessions kept in this process. */
  readonly fetch: Mount['fetch'] = (request) => this.#mounted().fetch(request)

  /** The same for `node:http` and Express: `createServer(mcp.listener)`, `app.use('/mcp', mcp.listener)`. */
  readonly listener: Mount['listener'] = (request, response) => this.#mounted().listener(request, response)

  /** A handler for a host of its own, with options: `mcp.mount({ stateless: true }).fetch`. */
  mount(options: MountOptions = {}): Mount {
    const handler = new FetchHandler(this[sourceKey](), options)
    return {
      fetch: (request) => handler.handle(request),
      listener: nodeListener((request, basePath) => handler.handle(request, basePath)),
      close: () => handler.close(),
    }
  }

  #mounted(): Mount {
    this.#mount ??= this.mount()
    return this.#mount
  }

  /**
   * Serves until the process is told to stop, and owns the process meanwhile: standard streams, signals, exit
   * code. Under `fastmcp run` it starts nothing and resolves at once; its options count as "in the code".
   * @throws Error if this process already serves through `run()`, or when called inside a handler.
   */
  run(options: RunOptions = {}): Promise<void> {
    return runOwning(this, this[sourceKey](), options)
  }

  /**
   * Serves over HTTP or stdio and leaves the process alone.
   * @returns where it serves, and how to stop it.
   */
  runAsync(options: RunOptions = {}): Promise<RunHandle> {
    return runAsync(this, this[sourceKey](), options)
  }

  /** @internal */
  get [httpKey](): Pick<ServerSource, 'routes' | 'auth'> {
    return { routes: this.#routes, auth: this.#auth }
  }

  /** @internal */
  [sourceKey](): ServerSource {
    return instanceSource(this, { ...this[httpKey], sdkCopy: ownSdk })
  }
}

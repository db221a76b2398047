import { type Icon, McpServer, type ServerOptions } from '@modelcontextprotocol/server'
import { httpKey, sourceKey } from '../process/runner-hook.ts'
import type { AuthHook } from '../protocol/auth.ts'
import type { Route, RouteHandler, ServerSource } from '../protocol/source.ts'
import { ownSdk } from '../serve/modern/own-sdk.ts'
import { instanceSource } from '../sessions/derived/instance-source.ts'
import { answerWeb } from '../transports/web/web-exchange.ts'
import { Answering } from './define/answering.ts'
import type {
  PromptDefinition,
  PromptHandle,
  PromptHandler,
  ResourceDefinition,
  ResourceHandle,
  ResourceHandler,
  RouteOptions,
  ToolDefinition,
  ToolHandle,
  ToolHandler,
} from './define/definitions.ts'
import { addPrompt, addResource, addTool } from './define/register.ts'
import { RequiredScopes } from './define/required-scopes.ts'
import type { Schema } from './define/schemas.ts'
import type { Mount, MountOptions } from './mount/mounted.ts'
import { Mounted, nodeListener } from './mount/mounted.ts'
import { checkedRoute } from './mount/route-check.ts'
import { type RunHandle, runAsync, runOwning } from './run/run.ts'
import type { RunOptions } from './run/run-options.ts'

/** Who a server is, and who may call it. */
export interface FastMCPOptions {
  /** How the server introduces itself to programs (2025-11-25, basic/lifecycle). */
  name: string
  /**
   * The version it introduces itself with, in any form.
   * @defaultValue `0.0.0`
   */
  version?: string
  /** The name that people are shown. */
  title?: string
  /** The URL of a page where people can read about it. */
  websiteUrl?: string
  /** Pictures that clients may show. */
  icons?: Icon[]
  /** What a model should know about using this server; clients may add it to their prompt. */
  instructions?: string
  /**
   * Says who calls, before a request reaches MCP, on every HTTP transport: `jwtAuth()`, or a function of your own
   * (2025-11-25, basic/authorization). Custom routes are open unless they say `auth: true`; health checks always are.
   * @defaultValue everybody is served
   */
  auth?: AuthHook
  /** Further options of the official SDK's server, such as more `capabilities`. */
  sdk?: ServerOptions
}

/**
 * The official SDK's `McpServer` with shorter definitions, HTTP routes, and `run()`. One object serves any
 * number of clients at once, on any transport: each session gets a server derived from it.
 */
export class FastMCP extends McpServer {
  readonly #routes: Route[] = []
  readonly #answering = new Answering(this)
  readonly #scopes = new RequiredScopes()
  readonly #auth: AuthHook | undefined
  #mount: Mount | undefined

  /**
   * Makes a server that offers nothing yet, and starts nothing.
   * @throws TypeError when there is no name, or `auth` is no function.
   */
  constructor(options: FastMCPOptions)
  /** The same, with the name before everything else. */
  constructor(name: string, options?: Omit<FastMCPOptions, 'name'>)
  constructor(first: FastMCPOptions | string, rest?: Omit<FastMCPOptions, 'name'>) {
    const options = namedOptions(first, rest)
    const { name, version = '0.0.0', title, websiteUrl, icons, instructions, auth, sdk = {} } = options
    const about = { ...(title && { title }), ...(websiteUrl && { websiteUrl }), ...(icons && { icons }) }
    super(
      { name, version, ...about },
      {
        ...sdk,
        ...(instructions && { instructions }),
        capabilities: { logging: {}, ...sdk.capabilities },
        requestState: { verify: (state, context) => this.#answering.verifyState(state, context, sdk) },
      },
    )
    if (auth !== undefined && typeof auth !== 'function')
      throw new TypeError('auth must be a function of the request, such as jwtAuth({ … })')
    this.#auth = auth
  }

  /**
   * Adds a tool (2025-11-25, server/tools). The handler gets the validated arguments and the context, and returns text,
   * data, bytes or content blocks; what it throws reaches the model as the error's message. Clients that are connected
   * are told that the list has changed.
   * @returns what can be done with the tool from now on.
   * @throws Error if the name is taken, TypeError if the definition cannot work; both name the tool.
   */
  tool<I extends Schema | undefined = undefined, O extends Schema | undefined = undefined>(
    definition: ToolDefinition<I, O>,
    handler: ToolHandler<I, O>,
  ): ToolHandle<I, O> {
    return addTool(this, { answering: this.#answering, scopes: this.#scopes }, definition, handler)
  }

  /**
   * Adds a resource, or a template of resources when the URI holds `{params}`, which the handler then gets
   * (2025-11-25, server/resources). Clients that are connected are told that the list has changed.
   * @returns what can be done with the resource from now on.
   * @throws Error if the URI is taken, or the name of a template; TypeError if the definition cannot work.
   */
  resource<const U extends string>(
    definition: ResourceDefinition<U>,
    handler: ResourceHandler<U>,
  ): ResourceHandle<U> {
    return addResource(this, this.#answering, definition, handler)
  }

  /**
   * Adds a prompt (2025-11-25, server/prompts). The handler returns text, which becomes a user message, or messages.
   * Clients that are connected are told that the list has changed.
   * @returns what can be done with the prompt from now on.
   * @throws Error if the name is taken, TypeError if the definition cannot work; both name the prompt.
   */
  prompt<I extends Schema | undefined = undefined>(
    definition: PromptDefinition<I>,
    handler: PromptHandler<I>,
  ): PromptHandle<I> {
    return addPrompt(this, this.#answering, definition, handler)
  }

  /**
   * Adds an HTTP route for `GET` beside the MCP path: `/users/:id`, `/files/*`. Where several fit, the one that was
   * added first answers. Served on HTTP transports only.
   * @throws TypeError if the path cannot work, is taken, or is the runner's own.
   */
  customRoute(path: string, handler: RouteHandler): void
  /**
   * Adds an HTTP route beside the MCP path, with options: its methods, and whether callers are checked.
   * @throws TypeError if the path or a method cannot work, is taken, or is the runner's own.
   */
  customRoute(path: string, options: RouteOptions, handler: RouteHandler): void
  customRoute(path: string, options: RouteOptions | RouteHandler, handler?: RouteHandler): void {
    const [settings, handle] = typeof options === 'function' ? [{}, options] : [options, handler]
    this.#routes.push(checkedRoute(path, settings, handle as RouteHandler, this.#routes))
  }

  /**
   * Answers a web-standard request by a custom route, or else as MCP, whatever its path: in any host such as Hono, with
   * sessions kept in this process. It always answers, and needs no `this`.
   */
  readonly fetch: Mount['fetch'] = (request) => this.#mounted().fetch(request)

  /** The same for `node:http` and Express: `createServer(mcp.listener)`, `app.use('/mcp', mcp.listener)`. */
  readonly listener: Mount['listener'] = (request, response) => this.#mounted().listener(request, response)

  /**
   * A handler for a host of its own, with options and sessions of its own: `mcp.mount({ stateless: true }).fetch`.
   * @throws TypeError for a `maxBody` that is no size.
   */
  mount(options: MountOptions = {}): Mount {
    const mounted = new Mounted(this[sourceKey](), options)
    return {
      fetch: (request) => answerWeb(request, (incoming, outgoing) => mounted.handle(incoming, outgoing)),
      listener: nodeListener(mounted),
      close: () => mounted.close(),
    }
  }

  #mounted(): Mount {
    this.#mount ??= this.mount()
    return this.#mount
  }

  /**
   * Serves until the process is told to stop, and owns the process meanwhile: standard streams, signals, exit
   * code. A stop lets calls in flight finish, for 10 seconds at most. Under `fastmcp run` it starts nothing and
   * resolves at once; its options count as "in the code".
   * @throws Error if this process already serves through `run()`, or when called inside a handler; with `exitCode` 2
   * for an invalid option, and 4 when the address cannot be listened on.
   */
  run(options: RunOptions = {}): Promise<void> {
    return runOwning(this, this[sourceKey](), options)
  }

  /**
   * Serves over HTTP or stdio and leaves the process alone: any number of times in one process, but only once on stdio.
   * Under `fastmcp run` it starts nothing, and its options count as "in the code".
   * @returns where it serves, and how to stop it.
   * @throws Error when stdio is served already; with `exitCode` 2 for an invalid option, and 4 when the
   * address cannot be listened on.
   */
  runAsync(options: RunOptions = {}): Promise<RunHandle> {
    return runAsync(this, this[sourceKey](), options)
  }

  /** @internal */
  get [httpKey](): Pick<ServerSource, 'routes' | 'auth' | 'toolScopes'> {
    return { routes: this.#routes, auth: this.#auth, toolScopes: this.#scopes.byTool }
  }

  /** @internal */
  [sourceKey](): ServerSource {
    return instanceSource(this, { ...this[httpKey], sdkCopy: ownSdk })
  }
}

/** @throws TypeError with the line to write, where there is no name. */
function namedOptions(
  first: FastMCPOptions | string,
  rest: Omit<FastMCPOptions, 'name'> | undefined,
): FastMCPOptions {
  const options: unknown = typeof first === 'string' ? { ...rest, name: first } : first
  if (isNamed(options)) return options
  throw new TypeError("a server needs a name: new FastMCP({ name: 'my-server' })")
}

const isNamed = (options: unknown): options is FastMCPOptions =>
  typeof options === 'object' &&
  options !== null &&
  'name' in options &&
  typeof options.name === 'string' &&
  options.name !== ''

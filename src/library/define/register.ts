import { type McpServer, ResourceTemplate, type ServerContext } from '@modelcontextprotocol/server'
import type { Answering } from './answering.ts'
import type {
  Handle,
  PromptDefinition,
  PromptHandle,
  PromptHandler,
  ResourceDefinition,
  ResourceHandle,
  ResourceHandler,
  ToolDefinition,
  ToolHandle,
  ToolHandler,
  UriParams,
} from './definitions.ts'
import { checkScopes, type RequiredScopes } from './required-scopes.ts'
import { describable, type Output, type Schema } from './schemas.ts'
import { promptResult, resourceResult, toolResult } from './values.ts'

/** Registers a tool with the official server, in its words. */
export function addTool<I extends Schema | undefined, O extends Schema | undefined>(
  server: McpServer,
  { answering, scopes }: { answering: Answering; scopes: RequiredScopes },
  definition: ToolDefinition<I, O>,
  handler: ToolHandler<I, O>,
): ToolHandle<I, O> {
  checkDefinition('tool', definition)
  let current = { ...definition, handler }
  const answer = (args: unknown, sdk: ServerContext) => {
    const { name, timeout, output, handler: handle } = current
    scopes.check(name, sdk)
    return answering.answer({ kind: 'tool', name, args, timeout }, sdk, async (context) =>
      toolResult(await handle(args as Output<I>, context), output !== undefined),
    )
  }
  const config = () => {
    const { name, input, output, timeout, auth: _auth, handler: handle, ...about } = current
    checkNamed('tool', name, handle)
    checkTimeout(name, timeout)
    checkScopes(name, current.auth)
    const inputSchema = input && describable(`tool "${name}": input`, input, 'input')
    const outputSchema = output && describable(`tool "${name}": output`, output, 'output')
    // The official server hands a tool without arguments the context alone.
    const callback = inputSchema ? answer : (sdk: ServerContext) => answer({}, sdk)
    return { about, inputSchema, outputSchema, callback }
  }
  const { about, inputSchema, outputSchema, callback } = config()
  const registered = server.registerTool(
    current.name,
    { ...about, ...(inputSchema && { inputSchema }), ...(outputSchema && { outputSchema }) },
    callback as typeof answer,
  )
  scopes.set(current.name, current.auth)
  const update = (changes: Partial<typeof current>) => {
    const before = current
    current = { ...current, ...changes }
    try {
      const { about, inputSchema, outputSchema, callback } = config()
      registered.update({
        ...about,
        name: current.name,
        ...(inputSchema && { paramsSchema: inputSchema }),
        ...(outputSchema && { outputSchema }),
        callback: callback as typeof answer,
      })
      if (before.name !== current.name) scopes.drop(before.name)
      scopes.set(current.name, current.auth)
    } catch (error) {
      current = before
      throw error
    }
  }
  return handleOn(registered, update, () => scopes.drop(current.name))
}

/** Registers a resource, or a template of resources, with the official server. */
export function addResource<U extends string>(
  server: McpServer,
  answering: Answering,
  definition: ResourceDefinition<U>,
  handler: ResourceHandler<U>,
): ResourceHandle<U> {
  checkDefinition('resource', definition)
  checkResource(definition.uri, definition.complete, handler)
  let current = { ...definition, handler }
  const read = (address: URL, params: Record<string, string | string[]>, sdk: ServerContext) => {
    const { uri, name = uri, mimeType, handler: handle } = current
    const texts = Object.fromEntries(Object.entries(params).map(([key, value]) => [key, String(value)]))
    return answering.answer({ kind: 'resource', name, args: address.href }, sdk, async (context) =>
      resourceResult(await handle(texts as UriParams<U>, context), address.href, mimeType),
    )
  }
  const { uri, name = uri, complete } = definition
  const registered = uri.includes('{')
    ? server.registerResource(
        name,
        templateOf(uri, complete as Completions | undefined),
        aboutOf(current),
        read,
      )
    : server.registerResource(name, uri, aboutOf(current), (url, sdk) => read(url, {}, sdk))
  return handleOn(registered, (changes) => {
    current = { ...current, ...changes }
    const { title, name: renamed } = changes
    registered.update({
      metadata: aboutOf(current),
      ...(title !== undefined && { title }),
      ...(renamed !== undefined && { name: renamed }),
    })
  })
}

/** Registers a prompt with the official server. */
export function addPrompt<I extends Schema | undefined>(
  server: McpServer,
  answering: Answering,
  definition: PromptDefinition<I>,
  handler: PromptHandler<I>,
): PromptHandle<I> {
  checkDefinition('prompt', definition)
  let current = { ...definition, handler }
  const answer = (args: unknown, sdk: ServerContext) => {
    const { name, handler: handle } = current
    return answering.answer({ kind: 'prompt', name, args }, sdk, async (context) =>
      promptResult(await handle(args as Output<I>, context)),
    )
  }
  const config = () => {
    const { name, input, handler: handle, ...about } = current
    checkNamed('prompt', name, handle)
    const argsSchema = input && describable(`prompt "${name}": input`, input, 'input')
    const callback = argsSchema ? answer : (sdk: ServerContext) => answer({}, sdk)
    return { about, argsSchema: argsSchema ? { argsSchema } : {}, callback: callback as typeof answer }
  }
  const { about, argsSchema, callback } = config()
  const registered = server.registerPrompt(current.name, { ...about, ...argsSchema }, callback)
  return handleOn(registered, (changes) => {
    const before = current
    current = { ...current, ...changes }
    try {
      const { about, argsSchema, callback } = config()
      registered.update({ ...about, name: current.name, ...argsSchema, callback })
    } catch (error) {
      current = before
      throw error
    }
  })
}

type Completions = Record<string, (typed: string) => string[] | Promise<string[]>>

function templateOf(uri: string, complete: Completions | undefined): ResourceTemplate {
  return new ResourceTemplate(uri, { list: undefined, ...(complete && { complete }) })
}

/** What the official server takes as the metadata of a resource. */
function aboutOf<U extends string>(definition: ResourceDefinition<U> & { handler: unknown }) {
  const { uri: _uri, name: _name, complete: _complete, handler: _handler, ...about } = definition
  return about
}

interface Registered {
  readonly enabled: boolean
  enable(): void
  disable(): void
  remove(): void
}

/** Our handle over the official server's, which speaks of its own kind of handlers. */
function handleOn<Changes>(
  registered: Registered,
  update: (changes: Changes) => void,
  removed: () => void = () => undefined,
): Handle<Changes> {
  return {
    get enabled() {
      return registered.enabled
    },
    update,
    enable: () => registered.enable(),
    disable: () => registered.disable(),
    remove: () => {
      registered.remove()
      removed()
    },
  }
}

// Definitions are checked when they are registered, where the stack still points at the line to change, and not when the
// first client lists them.

/** 2025-11-25, server/tools, and the slash that some frameworks put between parts. */
const goodName = /^[A-Za-z0-9_./-]{1,128}$/

/** @throws TypeError with the line to write, for whoever knows it with the name or the function first. */
function checkDefinition(kind: 'tool' | 'resource' | 'prompt', definition: unknown): void {
  if (typeof definition === 'object' && definition !== null) return
  const [key, example] = kind === 'resource' ? ['uri', 'notes://today'] : ['name', 'hello']
  const meant = typeof definition === 'function' && kind !== 'resource' ? definition.name : definition
  const value = typeof meant === 'string' && meant !== '' ? meant : example
  throw new TypeError(`the definition comes first: mcp.${kind}({ ${key}: '${value}' }, handler)`)
}

/** @throws TypeError naming what is defined and what is wrong with it. */
function checkNamed(kind: 'tool' | 'prompt', name: unknown, handler: unknown): void {
  if (typeof name !== 'string' || !goodName.test(name))
    throw new TypeError(`${kind} name ${JSON.stringify(name)}: use 1 to 128 letters, digits, _ - . or /`)
  if (typeof handler !== 'function')
    throw new TypeError(`${kind} "${name}" has no handler: it is the second argument`)
}

/** @throws TypeError naming the tool. */
function checkTimeout(name: string, timeout: unknown): void {
  if (timeout === undefined || (typeof timeout === 'number' && timeout > 0)) return
  throw new TypeError(`tool "${name}": timeout must be milliseconds above 0`)
}

/** @throws TypeError for what is no URI or template, or completes a parameter it does not have. */
function checkResource(uri: unknown, complete: object | undefined, handler: unknown): void {
  const bare = typeof uri === 'string' ? uri.replace(/\{[^{}]*\}/g, 'x') : ''
  if (!URL.canParse(bare) || /[{}]/.test(bare)) {
    throw new TypeError(`resource ${JSON.stringify(uri)}: use a URI such as notes://today, or notes://{id}`)
  }
  if (typeof handler !== 'function')
    throw new TypeError(`resource "${uri}" has no handler: it is the second argument`)
  const names = [...String(uri).matchAll(/\{[+#./;?&]?([^}]*)\}/g)].flatMap(([, list = '']) =>
    list.split(',').map((name) => name.replace(/[*:].*$/, '')),
  )
  const unknown = Object.keys(complete ?? {}).find((name) => !names.includes(name))
  if (unknown !== undefined)
    throw new TypeError(`resource "${uri}" completes ${unknown}, which is not in its URI`)
}

import type { McpServer, ServerContext } from '@modelcontextprotocol/server'
import type { Answering } from './answering.ts'
import { checkNamed, checkTimeout } from './definition-check.ts'
import type { ToolDefinition, ToolHandle, ToolHandler } from './definitions.ts'
import { handleOn } from './handle-on.ts'
import { describable, type Output, type Schema } from './schemas.ts'
import { toolResult } from './values.ts'

/** Registers a tool with the official server, in its words. */
export function addTool<I extends Schema | undefined, O extends Schema | undefined>(
  server: McpServer,
  answering: Answering,
  definition: ToolDefinition<I, O>,
  handler: ToolHandler<I, O>,
): ToolHandle<I, O> {
  let current = { ...definition, handler }
  const answer = (args: unknown, sdk: ServerContext) => {
    const { name, timeout, output, handler: handle } = current
    return answering.answer({ kind: 'tool', name, args, timeout }, sdk, async (context) =>
      toolResult(await handle(args as Output<I>, context), output !== undefined),
    )
  }
  const config = () => {
    const { name, input, output, timeout, handler: handle, ...about } = current
    checkNamed('tool', name, handle)
    checkTimeout(name, timeout)
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
  return handleOn(registered, (changes) => {
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
    } catch (error) {
      current = before
      throw error
    }
  })
}

import type { McpServer, ServerContext } from '@modelcontextprotocol/server'
import type { Answering } from './answering.ts'
import { checkNamed } from './definition-check.ts'
import type { PromptDefinition, PromptHandle, PromptHandler } from './definitions.ts'
import { handleOn } from './handle-on.ts'
import { describable, type Output, type Schema } from './schemas.ts'
import { promptResult } from './values.ts'

/** Registers a prompt with the official server. */
export function addPrompt<I extends Schema | undefined>(
  server: McpServer,
  answering: Answering,
  definition: PromptDefinition<I>,
  handler: PromptHandler<I>,
): PromptHandle<I> {
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

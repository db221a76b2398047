import { completable, fromJsonSchema, type InputRequests, inputRequired } from '@modelcontextprotocol/server'
import { type Context, FastMCP } from 'fastmcp-cli'
import { z } from 'zod'
import * as expected from './contents.ts'

const { text, user, question } = expected

/** Everything the conformance suite looks for, on a `FastMCP`. */
export const mcp = new FastMCP({
  name: 'conformance-fastmcp',
  version: '1.0.0',
  sdk: {
    capabilities: {
      tools: { listChanged: true },
      prompts: { listChanged: true },
      resources: { subscribe: true, listChanged: true },
    },
  },
})

for (const [name, content] of Object.entries(expected.fixed)) {
  mcp.tool({ name, description: 'Returns fixed content' }, () => content)
}

mcp.tool({ name: 'test_error_handling', description: 'Always fails' }, () => {
  throw new Error(expected.intendedError)
})

mcp.tool({ name: 'test_tool_with_logging', description: 'Logs three times' }, async (_, { log }) => {
  for (const message of expected.logMessages) {
    await log.info(message)
    await expected.pause()
  }
  return 'logged'
})

mcp.tool({ name: 'test_logging_tool', description: 'Logs once' }, async (_, { log }) => {
  await log.info('heard by those who asked')
  return 'logged'
})

mcp.tool({ name: 'test_tool_with_progress', description: 'Reports progress' }, async (_, ctx) => {
  for (const progress of [0, 50, 100]) {
    await ctx.progress(progress, 100)
    await expected.pause()
  }
  return 'done'
})

mcp.tool({ name: 'test_reconnection', description: 'Has its client come back' }, async (_, { sdk }) => {
  sdk.http?.closeSSE?.()
  await expected.pause()
  return 'answered after the response had ended'
})

const prompt = z.object({ prompt: z.string() })
mcp.tool({ name: 'test_sampling', description: 'Asks the model', input: prompt }, async (args, ctx) => {
  const { content } = await ctx.sample(expected.prompted(args.prompt))
  return `LLM response: ${JSON.stringify(content)}`
})

const forms = {
  test_elicitation: expected.userForm,
  test_elicitation_sep1034_defaults: expected.defaultsForm,
  test_elicitation_sep1330_enums: expected.choicesForm,
}
for (const [name, form] of Object.entries(forms)) {
  const input = z.object({ message: z.string().default('Please') })
  mcp.tool({ name, description: 'Asks the person', input }, async ({ message }, ctx) => {
    const { action, data } = await ctx.elicit(message, fromJsonSchema(form))
    return `Elicitation completed: action=${action}, content=${JSON.stringify(data)}`
  })
}

const rich = fromJsonSchema(expected.richSchema)
mcp.tool({ name: 'json_schema_2020_12_tool', description: 'Keeps its schema', input: rich }, () => 'kept')

const headed = fromJsonSchema(expected.headerSchema)
mcp.tool({ name: 'test_x_mcp_header', description: 'Repeats an argument', input: headed }, () => 'heard')

mcp.tool({ name: 'test_missing_capability', description: 'Needs sampling' }, (_, ctx) =>
  ctx.sample('ping').then(({ content }) => JSON.stringify(content)),
)

mcp.tool({ name: 'test_trigger_tool_change', description: 'Changes the list of tools' }, () => {
  mcp.sendToolListChanged()
  return 'changed'
})

mcp.tool({ name: 'test_trigger_prompt_change', description: 'Changes the list of prompts' }, () => {
  mcp.sendPromptListChanged()
  return 'changed'
})

const ask = (name: string) => `test_input_required_result_${name}`
const answers = ({ sdk }: Context) => sdk.mcpReq.inputResponses
const confirm = z.object({ ok: z.boolean() })

// A question of a name of its own is asked in the words of the SDK; all others by `ctx.elicit` and `ctx.sample`.
const whatName = inputRequired.elicit(question('What is your name?', 'name'))
const named = z.object({ action: z.literal('accept'), content: z.object({ name: z.string() }) })

mcp.tool({ name: ask('elicitation'), description: 'Asks for a name' }, (_, ctx) => {
  const answer = named.safeParse(answers(ctx)?.user_name)
  return answer.success
    ? `Hello, ${answer.data.content.name}!`
    : inputRequired({ inputRequests: { user_name: whatName } })
})

mcp.tool({ name: ask('sampling'), description: 'Asks the model' }, async (_, ctx) => {
  const { content } = await ctx.sample('What is the capital of France?')
  return JSON.stringify(content)
})

mcp.tool({ name: ask('list_roots'), description: 'Asks for roots' }, (_, ctx) => {
  const roots = answers(ctx)?.client_roots
  return roots ?? inputRequired({ inputRequests: { client_roots: inputRequired.listRoots() } })
})

for (const name of ['request_state', 'tampered_state']) {
  mcp.tool({ name: ask(name), description: 'Asks for confirmation' }, async (_, ctx) => {
    const { action } = await ctx.elicit('Please confirm', confirm)
    return `state-ok: ${action}`
  })
}

mcp.tool({ name: ask('multiple_inputs'), description: 'Asks three things' }, (_, ctx) => {
  if (answers(ctx)) return 'all answered'
  const greeting = inputRequired.createMessage(expected.prompted('Generate a greeting', 50))
  const inputRequests = { user_name: whatName, greeting, client_roots: inputRequired.listRoots() }
  return inputRequired({ inputRequests, requestState: 'nothing to remember' })
})

mcp.tool({ name: ask('multi_round'), description: 'Asks twice' }, async (_, ctx) => {
  await ctx.elicit('Step 1: What is your name?', z.object({ name: z.string() }))
  await ctx.elicit('Step 2: What is your favorite color?', z.object({ color: z.string() }))
  return 'both answered'
})

mcp.tool({ name: ask('capabilities'), description: 'Asks what the client can answer' }, (_, ctx) => {
  if (answers(ctx)) return 'answered'
  const can = mcp.server.getClientCapabilities()
  const inputRequests: InputRequests = {}
  if (can?.elicitation) inputRequests.user_name = whatName
  if (can?.sampling) inputRequests.greeting = inputRequired.createMessage(expected.prompted('Greet'))
  return inputRequired({ inputRequests })
})

mcp.resource({ uri: 'test://static-text', description: 'A text' }, () => expected.staticText)
const picture = { uri: 'test://static-binary', description: 'A picture', mimeType: 'image/png' }
mcp.resource(picture, () => Buffer.from(expected.png, 'base64'))
mcp.resource({ uri: 'test://watched-resource', description: 'A text' }, () => 'watched')
const byId = { uri: 'test://template/{id}/data', description: 'By id', mimeType: 'application/json' }
mcp.resource(byId, ({ id = '' }) => expected.templateText(id))
mcp.server.setRequestHandler('resources/subscribe', () => ({}))
mcp.server.setRequestHandler('resources/unsubscribe', () => ({}))

mcp.prompt(
  { name: 'test_simple_prompt', description: 'Without arguments' },
  () => 'This is a simple prompt for testing.',
)
const cities = completable(z.string(), (typed) => expected.cities.filter((city) => city.startsWith(typed)))
mcp.prompt(
  {
    name: 'test_prompt_with_arguments',
    description: 'With arguments',
    input: z.object({ arg1: cities, arg2: z.string() }),
  },
  ({ arg1, arg2 }) => `Prompt with arguments: arg1='${arg1}', arg2='${arg2}'`,
)
const withResource = z.object({ resourceUri: z.string() })
mcp.prompt(
  { name: 'test_prompt_with_embedded_resource', description: 'With a resource', input: withResource },
  ({ resourceUri }) => [
    user(expected.embedded(resourceUri, 'text/plain', 'Embedded resource content for testing.')),
    user(text('Please process the embedded resource above.')),
  ],
)
mcp.prompt({ name: 'test_prompt_with_image', description: 'With a picture' }, () => [
  user(expected.image),
  user(text('Please analyze the image above.')),
])
const context = z.object({ context: z.string() })
mcp.prompt({ name: ask('prompt'), description: 'Asks first' }, async (_, ctx) => {
  const answer = await ctx.elicit('What context should the prompt use?', context)
  return JSON.stringify(answer.data)
})

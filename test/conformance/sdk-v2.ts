import { randomBytes, randomUUID } from 'node:crypto'
import {
  acceptedContent,
  completable,
  createRequestStateCodec,
  fromJsonSchema,
  type InputRequests,
  inputRequired,
  McpServer,
  ResourceTemplate,
} from '@modelcontextprotocol/server'
import { z } from 'zod'
import * as expected from './contents.ts'

const { text, user, question } = expected
const states = createRequestStateCodec<{ round: number; nonce: string }>({ key: randomBytes(32) })
const mint = (round = 1) => states.mint({ round, nonce: randomUUID() })

/** Everything the conformance suite looks for, on a plain server of SDK v2. */
export const server = new McpServer(
  { name: 'conformance-v2', version: '1.0.0' },
  {
    capabilities: {
      tools: { listChanged: true },
      prompts: { listChanged: true },
      resources: { subscribe: true, listChanged: true },
      logging: {},
    },
    requestState: { verify: states.verify },
  },
)

for (const [name, content] of Object.entries(expected.fixed)) {
  server.registerTool(name, { description: 'Returns fixed content' }, () => ({ content }))
}

server.registerTool('test_error_handling', { description: 'Always fails' }, () => {
  throw new Error(expected.intendedError)
})

server.registerTool('test_tool_with_logging', { description: 'Logs three times' }, async ({ mcpReq }) => {
  for (const message of expected.logMessages) {
    await mcpReq.log('info', message)
    await expected.pause()
  }
  return { content: [text('logged')] }
})

server.registerTool('test_logging_tool', { description: 'Logs once' }, async ({ mcpReq }) => {
  await mcpReq.log('info', 'heard by those who asked')
  return { content: [text('logged')] }
})

server.registerTool('test_tool_with_progress', { description: 'Reports progress' }, async ({ mcpReq }) => {
  const progressToken = mcpReq._meta?.progressToken
  for (const progress of [0, 50, 100]) {
    if (progressToken !== undefined) {
      const params = { progressToken, progress, total: 100 }
      await mcpReq.notify({ method: 'notifications/progress', params })
    }
    await expected.pause()
  }
  return { content: [text('done')] }
})

server.registerTool('test_reconnection', { description: 'Has its client come back' }, async ({ http }) => {
  http?.closeSSE?.()
  await expected.pause()
  return { content: [text('answered after the response had ended')] }
})

server.registerTool(
  'test_sampling',
  { description: 'Asks the model', inputSchema: z.object({ prompt: z.string() }) },
  async ({ prompt }, { mcpReq }) => {
    const { content } = await mcpReq.requestSampling(expected.prompted(prompt))
    return { content: [text(`LLM response: ${JSON.stringify(content)}`)] }
  },
)

const forms = {
  test_elicitation: expected.userForm,
  test_elicitation_sep1034_defaults: expected.defaultsForm,
  test_elicitation_sep1330_enums: expected.choicesForm,
}
for (const [name, requestedSchema] of Object.entries(forms)) {
  const about = {
    description: 'Asks the person',
    inputSchema: z.object({ message: z.string().default('Please') }),
  }
  server.registerTool(name, about, async ({ message }, { mcpReq }) => {
    const { action, content } = await mcpReq.elicitInput({ message, requestedSchema })
    return { content: [text(`Elicitation completed: action=${action}, content=${JSON.stringify(content)}`)] }
  })
}

const rich = { description: 'Keeps its schema', inputSchema: fromJsonSchema(expected.richSchema) }
server.registerTool('json_schema_2020_12_tool', rich, () => ({ content: [text('kept')] }))

const headed = {
  description: 'Repeats an argument in a header',
  inputSchema: fromJsonSchema(expected.headerSchema),
}
server.registerTool('test_x_mcp_header', headed, () => ({ content: [text('heard')] }))

server.registerTool('test_missing_capability', { description: 'Needs sampling' }, () =>
  inputRequired({ inputRequests: { answer: inputRequired.createMessage(expected.prompted('ping')) } }),
)

server.registerTool('test_trigger_tool_change', { description: 'Changes the list of tools' }, () => {
  server.sendToolListChanged()
  return { content: [text('changed')] }
})

server.registerTool('test_trigger_prompt_change', { description: 'Changes the list of prompts' }, () => {
  server.sendPromptListChanged()
  return { content: [text('changed')] }
})

const ask = (name: string) => `test_input_required_result_${name}`
const whatName = inputRequired.elicit(question('What is your name?', 'name'))

server.registerTool(ask('elicitation'), { description: 'Asks for a name' }, ({ mcpReq }) => {
  const name = acceptedContent<{ name: string }>(mcpReq.inputResponses, 'user_name')?.name
  if (typeof name !== 'string') return inputRequired({ inputRequests: { user_name: whatName } })
  return { content: [text(`Hello, ${name}!`)] }
})

server.registerTool(ask('sampling'), { description: 'Asks the model' }, ({ mcpReq }) => {
  const answer = mcpReq.inputResponses?.capital_question
  if (answer) return { content: [text(JSON.stringify(answer))] }
  const capital_question = inputRequired.createMessage(expected.prompted('What is the capital of France?'))
  return inputRequired({ inputRequests: { capital_question } })
})

server.registerTool(ask('list_roots'), { description: 'Asks for roots' }, ({ mcpReq }) => {
  const answer = mcpReq.inputResponses?.client_roots
  if (answer) return { content: [text(JSON.stringify(answer))] }
  return inputRequired({ inputRequests: { client_roots: inputRequired.listRoots() } })
})

for (const name of ['request_state', 'tampered_state']) {
  server.registerTool(ask(name), { description: 'Signs its state' }, async ({ mcpReq }) => {
    if (mcpReq.requestState() && mcpReq.inputResponses) return { content: [text('state-ok')] }
    const confirm = inputRequired.elicit(expected.confirmation)
    return inputRequired({ inputRequests: { confirm }, requestState: await mint() })
  })
}

server.registerTool(ask('multiple_inputs'), { description: 'Asks three things' }, async ({ mcpReq }) => {
  if (mcpReq.inputResponses) return { content: [text('all answered')] }
  const greeting = inputRequired.createMessage(expected.prompted('Generate a greeting', 50))
  const inputRequests = { user_name: whatName, greeting, client_roots: inputRequired.listRoots() }
  return inputRequired({ inputRequests, requestState: await mint() })
})

server.registerTool(ask('multi_round'), { description: 'Asks twice' }, async ({ mcpReq }) => {
  const state = mcpReq.requestState<{ round: number }>()
  if (state?.round === 2) return { content: [text('both answered')] }
  if (state?.round === 1) {
    const step2 = inputRequired.elicit(question('Step 2: What is your favorite color?', 'color'))
    return inputRequired({ inputRequests: { step2 }, requestState: await mint(2) })
  }
  const step1 = inputRequired.elicit(question('Step 1: What is your name?', 'name'))
  return inputRequired({ inputRequests: { step1 }, requestState: await mint(1) })
})

server.registerTool(ask('capabilities'), { description: 'Asks what the client can answer' }, ({ mcpReq }) => {
  if (mcpReq.inputResponses) return { content: [text('answered')] }
  const can = server.server.getClientCapabilities()
  const inputRequests: InputRequests = {}
  if (can?.elicitation) inputRequests.user_name = whatName
  if (can?.sampling) inputRequests.greeting = inputRequired.createMessage(expected.prompted('Greet'))
  return inputRequired({ inputRequests })
})

const plain = { description: 'A text', mimeType: 'text/plain' }
server.registerResource('static-text', 'test://static-text', plain, ({ href }) => ({
  contents: [{ uri: href, mimeType: 'text/plain', text: expected.staticText }],
}))
const binary = { description: 'A picture', mimeType: 'image/png' }
server.registerResource('static-binary', 'test://static-binary', binary, ({ href }) => ({
  contents: [{ uri: href, mimeType: 'image/png', blob: expected.png }],
}))
server.registerResource('watched', 'test://watched-resource', plain, ({ href }) => ({
  contents: [{ uri: href, mimeType: 'text/plain', text: 'watched' }],
}))
const template = new ResourceTemplate('test://template/{id}/data', { list: undefined })
server.registerResource('template', template, { description: 'By id' }, ({ href }, { id }) => ({
  contents: [{ uri: href, mimeType: 'application/json', text: expected.templateText(String(id)) }],
}))
const subscribed = new Set<string>()
server.server.setRequestHandler('resources/subscribe', ({ params }) => {
  subscribed.add(params.uri)
  return {}
})
server.server.setRequestHandler('resources/unsubscribe', ({ params }) => {
  subscribed.delete(params.uri)
  return {}
})

server.registerPrompt('test_simple_prompt', { description: 'Without arguments' }, () => ({
  messages: [user(text('This is a simple prompt for testing.'))],
}))
const first = completable(z.string(), (typed) => expected.cities.filter((city) => city.startsWith(typed)))
server.registerPrompt(
  'test_prompt_with_arguments',
  { description: 'With arguments', argsSchema: z.object({ arg1: first, arg2: z.string() }) },
  ({ arg1, arg2 }) => ({ messages: [user(text(`Prompt with arguments: arg1='${arg1}', arg2='${arg2}'`))] }),
)
server.registerPrompt(
  'test_prompt_with_embedded_resource',
  { description: 'With a resource', argsSchema: z.object({ resourceUri: z.string() }) },
  ({ resourceUri }) => ({
    messages: [
      user(expected.embedded(resourceUri, 'text/plain', 'Embedded resource content for testing.')),
      user(text('Please process the embedded resource above.')),
    ],
  }),
)
server.registerPrompt('test_prompt_with_image', { description: 'With a picture' }, () => ({
  messages: [user(expected.image), user(text('Please analyze the image above.'))],
}))
server.registerPrompt('test_input_required_result_prompt', { description: 'Asks first' }, ({ mcpReq }) => {
  const context = acceptedContent<{ context: string }>(mcpReq.inputResponses, 'user_context')?.context
  if (context) return { messages: [user(text(context))] }
  const user_context = inputRequired.elicit(question('What context should the prompt use?', 'context'))
  return inputRequired({ inputRequests: { user_context } })
})

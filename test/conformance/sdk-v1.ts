import { completable } from '@modelcontextprotocol/sdk/server/completable.js'
import { McpServer, ResourceTemplate } from '@modelcontextprotocol/sdk/server/mcp.js'
import {
  ListToolsRequestSchema,
  type ListToolsResult,
  SubscribeRequestSchema,
  UnsubscribeRequestSchema,
} from '@modelcontextprotocol/sdk/types.js'
import { z } from 'zod'
import * as expected from './contents.ts'

const { text, user, question } = expected

/** Everything the conformance suite looks for that a plain server of SDK v1 can say. */
export const server = new McpServer(
  { name: 'conformance-v1', version: '1.0.0' },
  {
    capabilities: {
      tools: { listChanged: true },
      prompts: { listChanged: true },
      resources: { subscribe: true, listChanged: true },
      logging: {},
    },
  },
)

for (const [name, content] of Object.entries(expected.fixed)) {
  server.registerTool(name, { description: 'Returns fixed content' }, () => ({ content }))
}

server.registerTool('test_error_handling', { description: 'Always fails' }, () => {
  throw new Error(expected.intendedError)
})

server.registerTool(
  'test_tool_with_logging',
  { description: 'Logs three times' },
  async ({ sendNotification }) => {
    for (const data of expected.logMessages) {
      await sendNotification({ method: 'notifications/message', params: { level: 'info', data } })
      await expected.pause()
    }
    return { content: [text('logged')] }
  },
)

server.registerTool('test_logging_tool', { description: 'Logs once' }, async () => {
  await server.sendLoggingMessage({ level: 'info', data: 'heard by those who asked' })
  return { content: [text('logged')] }
})

server.registerTool('test_tool_with_progress', { description: 'Reports progress' }, async (extra) => {
  const progressToken = extra._meta?.progressToken
  for (const progress of [0, 50, 100]) {
    if (progressToken !== undefined) {
      const params = { progressToken, progress, total: 100 }
      await extra.sendNotification({ method: 'notifications/progress', params })
    }
    await expected.pause()
  }
  return { content: [text('done')] }
})

server.registerTool(
  'test_reconnection',
  { description: 'Has its client come back' },
  async ({ closeSSEStream }) => {
    closeSSEStream?.()
    await expected.pause()
    return { content: [text('answered after the response had ended')] }
  },
)

const askModel = async (prompt: string) => {
  const { content } = await server.server.createMessage(expected.prompted(prompt))
  return { content: [text(`LLM response: ${JSON.stringify(content)}`)] }
}
server.registerTool(
  'test_sampling',
  { description: 'Asks the model', inputSchema: { prompt: z.string() } },
  ({ prompt }) => askModel(prompt),
)

const forms = {
  test_elicitation: expected.userForm,
  test_elicitation_sep1034_defaults: expected.defaultsForm,
  test_elicitation_sep1330_enums: expected.choicesForm,
}
for (const [name, requestedSchema] of Object.entries(forms)) {
  const about = { description: 'Asks the person', inputSchema: { message: z.string().default('Please') } }
  server.registerTool(name, about, async ({ message }) => {
    const { action, content } = await server.server.elicitInput({ message, requestedSchema })
    return { content: [text(`Elicitation completed: action=${action}, content=${JSON.stringify(content)}`)] }
  })
}

server.registerTool('test_missing_capability', { description: 'Needs sampling' }, () => askModel('ping'))

server.registerTool('test_trigger_tool_change', { description: 'Changes the list of tools' }, () => {
  server.sendToolListChanged()
  return { content: [text('changed')] }
})

server.registerTool('test_trigger_prompt_change', { description: 'Changes the list of prompts' }, () => {
  server.sendPromptListChanged()
  return { content: [text('changed')] }
})

const ask = (name: string) => `test_input_required_result_${name}`
const whatName = () => server.server.elicitInput(question('What is your name?', 'name'))

server.registerTool(ask('elicitation'), { description: 'Asks for a name' }, async () => {
  const { content } = await whatName()
  return { content: [text(`Hello, ${content?.name}!`)] }
})

server.registerTool(ask('sampling'), { description: 'Asks the model' }, () =>
  askModel('What is the capital of France?'),
)

server.registerTool(ask('list_roots'), { description: 'Asks for roots' }, async () => ({
  content: [text(JSON.stringify(await server.server.listRoots()))],
}))

for (const name of ['request_state', 'tampered_state']) {
  server.registerTool(ask(name), { description: 'Asks for confirmation' }, async () => {
    const { action } = await server.server.elicitInput(expected.confirmation)
    return { content: [text(`state-ok: ${action}`)] }
  })
}

server.registerTool(ask('multiple_inputs'), { description: 'Asks three things' }, async () => {
  await Promise.all([whatName(), askModel('Generate a greeting'), server.server.listRoots()])
  return { content: [text('all answered')] }
})

server.registerTool(ask('multi_round'), { description: 'Asks twice' }, async () => {
  await server.server.elicitInput(question('Step 1: What is your name?', 'name'))
  await server.server.elicitInput(question('Step 2: What is your favorite color?', 'color'))
  return { content: [text('both answered')] }
})

server.registerTool(ask('capabilities'), { description: 'Asks what the client can answer' }, () =>
  server.server.getClientCapabilities()?.sampling ? askModel('Greet') : { content: [text('nobody to ask')] },
)

// The server's own list, with two schemas in it that zod has no words for.
const handlers: Map<string, (request: unknown, extra: unknown) => Promise<ListToolsResult>> = Reflect.get(
  server.server,
  '_requestHandlers',
)
const listTools = handlers.get('tools/list')
server.server.setRequestHandler(ListToolsRequestSchema, async (request, extra) => {
  const listed = await listTools?.(request, extra)
  return { tools: (listed?.tools ?? []).map((tool) => ({ ...tool, ...schemas[tool.name] })) }
})
const schemas: Record<string, { inputSchema: ListToolsResult['tools'][number]['inputSchema'] }> = {
  json_schema_2020_12_tool: { inputSchema: expected.richSchema },
  test_x_mcp_header: { inputSchema: expected.headerSchema },
}
for (const name of Object.keys(schemas)) {
  server.registerTool(name, { description: 'Keeps its schema' }, () => ({ content: [text('kept')] }))
}

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
server.server.setRequestHandler(SubscribeRequestSchema, () => ({}))
server.server.setRequestHandler(UnsubscribeRequestSchema, () => ({}))

server.registerPrompt('test_simple_prompt', { description: 'Without arguments' }, () => ({
  messages: [user(text('This is a simple prompt for testing.'))],
}))
const first = completable(z.string(), (typed) => expected.cities.filter((city) => city.startsWith(typed)))
server.registerPrompt(
  'test_prompt_with_arguments',
  { description: 'With arguments', argsSchema: { arg1: first, arg2: z.string() } },
  ({ arg1, arg2 }) => ({ messages: [user(text(`Prompt with arguments: arg1='${arg1}', arg2='${arg2}'`))] }),
)
server.registerPrompt(
  'test_prompt_with_embedded_resource',
  { description: 'With a resource', argsSchema: { resourceUri: z.string() } },
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
server.registerPrompt(ask('prompt'), { description: 'Asks first' }, async () => {
  const { content } = await server.server.elicitInput(
    question('What context should the prompt use?', 'context'),
  )
  return { messages: [user(text(JSON.stringify(content)))] }
})

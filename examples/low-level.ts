import { readFileSync, realpathSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { Server } from '@modelcontextprotocol/sdk/server/index.js'
import { StdioServerTransport } from '@modelcontextprotocol/sdk/server/stdio.js'
import {
  CallToolRequestSchema,
  type CallToolResult,
  ErrorCode,
  ListToolsRequestSchema,
  McpError,
  type Tool,
} from '@modelcontextprotocol/sdk/types.js'

const cities: { name: string; days: number[] }[] = JSON.parse(
  readFileSync(new URL('./data/cities.json', import.meta.url), 'utf8'),
)

/** The protocol by hand: one handler for each method, no registry. */
export const server = new Server(
  { name: 'low-level', version: '1.0.0' },
  { capabilities: { tools: {}, logging: {} } },
)

const nothing = { type: 'object' as const }
const city = { type: 'object' as const, properties: { city: { type: 'string' } }, required: ['city'] }
const tools: Tool[] = [
  {
    name: 'forecast',
    description: 'The weather of tomorrow in a city',
    inputSchema: city,
    outputSchema: { type: 'object', properties: { degrees: { type: 'number' } }, required: ['degrees'] },
  },
  { name: 'survey', description: 'Compares all cities, reporting progress', inputSchema: nothing },
  { name: 'trip', description: 'Asks where to go, and says what to expect', inputSchema: nothing },
  { name: 'whoami', description: 'The name of the client that calls', inputSchema: nothing },
]

server.setRequestHandler(ListToolsRequestSchema, () => ({ tools }))

server.setRequestHandler(CallToolRequestSchema, async ({ params }, extra): Promise<CallToolResult> => {
  switch (params.name) {
    case 'forecast': {
      const degrees = tomorrow(params.arguments?.city)
      if (degrees === undefined) return { ...text('no such city'), isError: true }
      return { structuredContent: { degrees }, ...text(`${degrees} degrees`) }
    }
    case 'survey':
      for (const [index, { name }] of cities.entries()) {
        await server.sendLoggingMessage({ level: 'info', data: `looked at ${name}` }, extra.sessionId)
        const progressToken = params._meta?.progressToken
        if (progressToken === undefined) continue
        const progress = { progressToken, progress: index + 1, total: cities.length }
        await extra.sendNotification({ method: 'notifications/progress', params: progress })
      }
      return text(`${cities.length} cities`)
    case 'trip': {
      const answer = await server.elicitInput({
        message: 'Where do you want to go?',
        requestedSchema: { type: 'object', properties: { city: { type: 'string' } }, required: ['city'] },
      })
      return text(answer.action === 'accept' ? `${tomorrow(answer.content?.city)} degrees` : 'stay at home')
    }
    case 'whoami':
      return text(server.getClientVersion()?.name ?? 'nobody')
    default:
      throw new McpError(ErrorCode.InvalidParams, `no tool ${params.name}`)
  }
})

const tomorrow = (name: unknown) => cities.find((one) => one.name === name)?.days[0]
const text = (words: string): CallToolResult => ({ content: [{ type: 'text', text: words }] })

// Run by itself it speaks stdio, on every Node; a runner that imports it does as it likes.
if (process.argv[1] && realpathSync(process.argv[1]) === fileURLToPath(import.meta.url)) {
  await server.connect(new StdioServerTransport())
}

import { realpathSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { McpServer } from '@modelcontextprotocol/sdk/server/mcp.js'
import { StdioServerTransport } from '@modelcontextprotocol/sdk/server/stdio.js'
import { Temperature, Unit } from '@weather/units/temperature'
import { z } from 'zod'
import { names, tomorrow } from './cities.js'

export const mcp = new McpServer({ name: 'workspace', version: '1.0.0' }, { capabilities: { logging: {} } })

mcp.registerTool(
  'forecast',
  {
    description: 'The weather of tomorrow in a city, in the unit you like',
    inputSchema: { city: z.string(), unit: z.enum(Unit).default(Unit.Celsius) },
    outputSchema: { city: z.string(), temperature: z.string() },
  },
  ({ city, unit }) => {
    const structuredContent = { city, temperature: new Temperature(tomorrow(city)).in(unit) }
    return { structuredContent, content: [{ type: 'text', text: JSON.stringify(structuredContent) }] }
  },
)

mcp.registerTool('survey', { description: 'Compares all cities, reporting progress' }, async (extra) => {
  for (const [index, name] of names.entries()) {
    await mcp.sendLoggingMessage({ level: 'info', data: `looked at ${name}` }, extra.sessionId)
    const progressToken = extra._meta?.progressToken
    if (progressToken === undefined) continue
    const params = { progressToken, progress: index + 1, total: names.length }
    await extra.sendNotification({ method: 'notifications/progress', params })
  }
  return { content: [{ type: 'text', text: `${names.length} cities` }] }
})

mcp.registerTool('trip', { description: 'Asks where to go, and says what to expect' }, async () => {
  const answer = await mcp.server.elicitInput({
    message: 'Where do you want to go?',
    requestedSchema: { type: 'object', properties: { city: { type: 'string' } }, required: ['city'] },
  })
  const text =
    answer.action === 'accept' ? `${tomorrow(String(answer.content?.city))} degrees` : 'stay at home'
  return { content: [{ type: 'text', text }] }
})

mcp.registerTool('whoami', { description: 'The name of the client that calls' }, () => ({
  content: [{ type: 'text', text: mcp.server.getClientVersion()?.name ?? 'nobody' }],
}))

// Run by itself it speaks stdio, on every Node; a runner that imports it does as it likes.
if (process.argv[1] && realpathSync(process.argv[1]) === fileURLToPath(import.meta.url)) {
  await mcp.connect(new StdioServerTransport())
}

import { readFileSync, realpathSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { McpServer, ResourceTemplate } from '@modelcontextprotocol/sdk/server/mcp.js'
import { StdioServerTransport } from '@modelcontextprotocol/sdk/server/stdio.js'
import { z } from 'zod'

const cities = JSON.parse(readFileSync(new URL('./data/cities.json', import.meta.url), 'utf8'))
function cityNamed(name) {
  const city = cities.find((one) => one.name.toLowerCase() === name.toLowerCase())
  if (!city) throw new Error(`no weather for ${name}`)
  return city
}
const server = new McpServer(
  { name: 'weather-v1', version: '1.2.0' },
  { capabilities: { logging: {} }, instructions: 'Forecasts for a few cities.' },
)
server.registerTool(
  'forecast',
  {
    description: 'The weather of the coming days in a city',
    inputSchema: { city: z.string(), days: z.number().int().min(1).max(5).default(3) },
    outputSchema: { city: z.string(), degrees: z.array(z.number()) },
  },
  ({ city, days }) => {
    const found = cityNamed(city)
    const structuredContent = { city: found.name, degrees: found.days.slice(0, days) }
    return { structuredContent, content: [{ type: 'text', text: JSON.stringify(structuredContent) }] }
  },
)
server.registerTool('survey', { description: 'Compares all cities, reporting progress' }, async (extra) => {
  for (const [index, city] of cities.entries()) {
    await server.sendLoggingMessage({ level: 'info', data: `looked at ${city.name}` }, extra.sessionId)
    const progressToken = extra._meta?.progressToken
    if (progressToken === void 0) continue
    const params = { progressToken, progress: index + 1, total: cities.length }
    await extra.sendNotification({ method: 'notifications/progress', params })
  }
  return { content: [{ type: 'text', text: `${cities.length} cities` }] }
})
server.registerTool('whoami', { description: 'The name of the client that calls' }, () => ({
  content: [{ type: 'text', text: server.server.getClientVersion()?.name ?? 'nobody' }],
}))
server.registerTool('trip', { description: 'Asks where to go, and says what to expect' }, async () => {
  const answer = await server.server.elicitInput({
    message: 'Where do you want to go?',
    requestedSchema: { type: 'object', properties: { city: { type: 'string' } }, required: ['city'] },
  })
  const text =
    answer.action === 'accept' ? `${cityNamed(String(answer.content?.city)).days[0]} degrees` : 'stay at home'
  return { content: [{ type: 'text', text }] }
})
server.registerResource(
  'city',
  new ResourceTemplate('weather://cities/{name}', { list: void 0 }),
  { description: 'What is known of a city', mimeType: 'application/json' },
  (uri, { name }) => ({ contents: [{ uri: uri.href, text: JSON.stringify(cityNamed(String(name))) }] }),
)
server.registerPrompt(
  'packing',
  { description: 'What to pack for a trip', argsSchema: { city: z.string() } },
  ({ city }) => ({
    messages: [
      { role: 'user', content: { type: 'text', text: `What should I pack for three days in ${city}?` } },
    ],
  }),
)
if (process.argv[1] && realpathSync(process.argv[1]) === fileURLToPath(import.meta.url)) {
  await server.connect(new StdioServerTransport())
}

export { server }

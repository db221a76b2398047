const { readFileSync } = require('node:fs')
const { join } = require('node:path')
const { McpServer } = require('@modelcontextprotocol/sdk/server/mcp.js')
const { StdioServerTransport } = require('@modelcontextprotocol/sdk/server/stdio.js')
const { z } = require('zod')

/** @type {{ name: string, days: number[] }[]} */
const cities = JSON.parse(readFileSync(join(__dirname, 'data/cities.json'), 'utf8'))

/** @param {unknown} name */
function tomorrow(name) {
  const degrees = cities.find((one) => one.name === name)?.days[0]
  if (degrees === undefined) throw new Error(`no weather for ${name}`)
  return degrees
}

const server = new McpServer({ name: 'weather-cjs', version: '1.0.0' }, { capabilities: { logging: {} } })

server.registerTool(
  'forecast',
  {
    description: 'The weather of tomorrow in a city',
    inputSchema: { city: z.string() },
    outputSchema: { city: z.string(), degrees: z.number() },
  },
  ({ city }) => {
    const structuredContent = { city, degrees: tomorrow(city) }
    return { structuredContent, content: [{ type: 'text', text: JSON.stringify(structuredContent) }] }
  },
)

server.registerTool('survey', { description: 'Compares all cities, reporting progress' }, async (extra) => {
  for (const [index, city] of cities.entries()) {
    await server.sendLoggingMessage({ level: 'info', data: `looked at ${city.name}` }, extra.sessionId)
    const progressToken = extra._meta?.progressToken
    if (progressToken === undefined) continue
    const params = { progressToken, progress: index + 1, total: cities.length }
    await extra.sendNotification({ method: 'notifications/progress', params })
  }
  return { content: [{ type: 'text', text: `${cities.length} cities` }] }
})

server.registerTool('trip', { description: 'Asks where to go, and says what to expect' }, async () => {
  const answer = await server.server.elicitInput({
    message: 'Where do you want to go?',
    requestedSchema: { type: 'object', properties: { city: { type: 'string' } }, required: ['city'] },
  })
  const text = answer.action === 'accept' ? `${tomorrow(answer.content?.city)} degrees` : 'stay at home'
  return { content: [{ type: 'text', text }] }
})

server.registerTool('whoami', { description: 'The name of the client that calls' }, () => ({
  content: [{ type: 'text', text: server.server.getClientVersion()?.name ?? 'nobody' }],
}))

module.exports = { server }

if (require.main === module) server.connect(new StdioServerTransport())

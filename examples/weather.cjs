const { readFileSync } = require('node:fs')
const { join } = require('node:path')
const { McpServer } = require('@modelcontextprotocol/sdk/server/mcp.js')
const { StdioServerTransport } = require('@modelcontextprotocol/sdk/server/stdio.js')
const { z } = require('zod')

const cities = JSON.parse(readFileSync(join(__dirname, 'data/cities.json'), 'utf8'))

const server = new McpServer({ name: 'weather-cjs', version: '1.0.0' })

server.registerTool(
  'forecast',
  { description: 'The weather of tomorrow in a city', inputSchema: { city: z.string() } },
  ({ city }) => {
    const found = cities.find((one) => one.name === city)
    if (!found) throw new Error(`no weather for ${city}`)
    return { content: [{ type: 'text', text: `${found.days[0]} degrees` }] }
  },
)

server.registerTool('whoami', { description: 'The name of the client that calls' }, () => ({
  content: [{ type: 'text', text: server.server.getClientVersion()?.name ?? 'nobody' }],
}))

module.exports = { server }

if (require.main === module) server.connect(new StdioServerTransport())

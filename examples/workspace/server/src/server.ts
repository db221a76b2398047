import { McpServer } from '@modelcontextprotocol/sdk/server/mcp.js'
import { Temperature, Unit } from '@units/temperature'
import { z } from 'zod'
import { tomorrow } from './cities.js'

export const mcp = new McpServer({ name: 'workspace', version: '1.0.0' })

mcp.registerTool(
  'forecast',
  {
    description: 'The weather of tomorrow in a city, in the unit you like',
    inputSchema: { city: z.string(), unit: z.enum(Unit).default(Unit.Celsius) },
  },
  ({ city, unit }) => {
    const celsius = tomorrow(city)
    const text = celsius === undefined ? `no weather for ${city}` : new Temperature(celsius).in(unit)
    return { content: [{ type: 'text', text }] }
  },
)

mcp.registerTool('whoami', { description: 'The name of the client that calls' }, () => ({
  content: [{ type: 'text', text: mcp.server.getClientVersion()?.name ?? 'nobody' }],
}))

import { readFileSync } from 'node:fs'
import { Server } from '@modelcontextprotocol/sdk/server/index.js'
import { CallToolRequestSchema, ListToolsRequestSchema } from '@modelcontextprotocol/sdk/types.js'

const cities: { name: string; days: number[] }[] = JSON.parse(
  readFileSync(new URL('./data/cities.json', import.meta.url), 'utf8'),
)

/** The protocol by hand: one handler for each method, no registry. */
export const server = new Server({ name: 'low-level', version: '1.0.0' }, { capabilities: { tools: {} } })

const inputSchema = { type: 'object' as const, properties: { city: { type: 'string' } }, required: ['city'] }

server.setRequestHandler(ListToolsRequestSchema, () => ({
  tools: [
    { name: 'forecast', description: 'The weather of tomorrow in a city', inputSchema },
    {
      name: 'whoami',
      description: 'The name of the client that calls',
      inputSchema: { type: 'object' as const },
    },
  ],
}))

server.setRequestHandler(CallToolRequestSchema, ({ params }) => {
  if (params.name === 'whoami') {
    return { content: [{ type: 'text', text: server.getClientVersion()?.name ?? 'nobody' }] }
  }
  const city = cities.find((one) => one.name === params.arguments?.city)
  if (!city) return { isError: true, content: [{ type: 'text', text: 'no such city' }] }
  return { content: [{ type: 'text', text: `${city.days[0]} degrees` }] }
})

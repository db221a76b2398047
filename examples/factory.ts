import { readFileSync, realpathSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { McpServer } from '@modelcontextprotocol/sdk/server/mcp.js'
import { StdioServerTransport } from '@modelcontextprotocol/sdk/server/stdio.js'
import { z } from 'zod'

const cities: { name: string; days: number[] }[] = JSON.parse(
  readFileSync(new URL('./data/cities.json', import.meta.url), 'utf8'),
)

/** A server for each session, so that each client has a packing list of its own. */
export function createServer(): { server: McpServer; cleanup: () => void } {
  const packed = new Set<string>()
  const server = new McpServer({ name: 'packing-list', version: '1.0.0' }, { capabilities: { logging: {} } })

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

  server.registerTool(
    'pack',
    {
      description: 'Puts something on your packing list',
      inputSchema: { what: z.string() },
      outputSchema: { packed: z.array(z.string()) },
    },
    ({ what }) => {
      packed.add(what)
      return {
        structuredContent: { packed: [...packed] },
        content: [{ type: 'text', text: [...packed].join(', ') }],
      }
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
    const text =
      answer.action === 'accept' ? `${tomorrow(String(answer.content?.city))} degrees` : 'stay at home'
    return { content: [{ type: 'text', text }] }
  })

  server.registerTool('whoami', { description: 'The name of the client that calls' }, () => ({
    content: [{ type: 'text', text: server.server.getClientVersion()?.name ?? 'nobody' }],
  }))

  return { server, cleanup: () => packed.clear() }
}

function tomorrow(name: string): number {
  const degrees = cities.find((one) => one.name === name)?.days[0]
  if (degrees === undefined) throw new Error(`no weather for ${name}`)
  return degrees
}

// Run by itself it speaks stdio, on every Node; a runner that imports it calls the factory.
if (process.argv[1] && realpathSync(process.argv[1]) === fileURLToPath(import.meta.url)) {
  await createServer().server.connect(new StdioServerTransport())
}

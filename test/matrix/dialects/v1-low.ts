import { extension, extensionMethod } from '../ability.ts'
import type { Edition } from '../edition.ts'

/** `createServer()` on SDK v1's low-level `Server`: the handlers know the protocol themselves. */
export const lowServerV1 = ({ word, extra }: Edition): string => `
import { Server } from '@modelcontextprotocol/sdk/server/index.js'
import { CallToolRequestSchema, ListToolsRequestSchema } from '@modelcontextprotocol/sdk/types.js'
import { z } from 'zod'

let givenUp = 0

function createServer() {
  const server = new Server(
    { name: 'matrix', version: '1.0.0' },
    { capabilities: { tools: { listChanged: true }, extensions: { '${extension}': { sides: 2 } } } },
  )
  const tools = {
    echo: ({ text }) => text,
    edition: () => '${word}',
    ${extra === undefined ? '' : `extra: () => '${extra}',`}
    ask: async () => {
      const { action, content } = await server.elicitInput({
        message: 'Who are you?',
        requestedSchema: { type: 'object', properties: { name: { type: 'string' } } },
      })
      return ['${word}', action, content?.name].join(' ')
    },
    think: async () => {
      const messages = [{ role: 'user', content: { type: 'text', text: 'Think' } }]
      const { content } = await server.createMessage({ messages, maxTokens: 9 })
      return content.text
    },
    places: async () => (await server.listRoots()).roots.map(({ uri }) => uri).join(),
    steps: async (_, { _meta, sendNotification }) => {
      const { progressToken } = _meta ?? {}
      for (const progress of [1, 2, 3]) {
        if (progressToken === undefined) break
        await sendNotification({ method: 'notifications/progress', params: { progressToken, progress, total: 3 } })
      }
      return 'done'
    },
    wait: (_, { signal }) => new Promise((resolve) => {
      signal.addEventListener('abort', () => {
        givenUp++
        resolve('given up')
      })
    }),
    'given-up': () => String(givenUp),
    grow: async () => {
      tools.grown = () => 'grown'
      await server.sendToolListChanged()
      return 'grew'
    },
  }
  const described = { edition: '${word}', extra: '${extra ?? ''}' }
  server.setRequestHandler(ListToolsRequestSchema, () => ({
    tools: Object.keys(tools).map((name) => ({
      name,
      ...(described[name] && { description: described[name] }),
      inputSchema: { type: 'object', ...(name === 'echo' && { properties: { text: { type: 'string' } } }) },
    })),
  }))
  server.setRequestHandler(CallToolRequestSchema, async ({ params }, extra) => ({
    content: [{ type: 'text', text: await tools[params.name](params.arguments ?? {}, extra) }],
  }))
  const turn = z.object({ method: z.literal('${extensionMethod}'), params: z.object({ text: z.string() }) })
  server.setRequestHandler(turn, ({ params }) => ({ text: [...params.text].reverse().join('') }))
  return server
}
`

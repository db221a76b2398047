import { extension, extensionMethod } from '../ability.ts'
import type { Edition } from '../edition.ts'

/** `createServer()` on SDK v2's low-level `Server`, which asks as both eras understand. */
export const lowServerV2 = ({ word, extra }: Edition): string => `
import { inputRequired, Server } from '@modelcontextprotocol/server'
import { z } from 'zod'

const said = (text) => ({ content: [{ type: 'text', text }] })
let givenUp = 0

function createServer() {
  const server = new Server(
    { name: 'matrix', version: '1.0.0' },
    { capabilities: { tools: { listChanged: true }, extensions: { '${extension}': { sides: 2 } } } },
  )
  const asking = (request, use) => (_, { mcpReq }) => {
    const answer = mcpReq.inputResponses?.it
    return answer ? said(use(answer)) : inputRequired({ inputRequests: { it: request } })
  }
  const messages = [{ role: 'user', content: { type: 'text', text: 'Think' } }]
  const tools = {
    echo: ({ text }) => said(text),
    edition: () => said('${word}'),
    ${extra === undefined ? '' : `extra: () => said('${extra}'),`}
    ask: asking(
      inputRequired.elicit({
        message: 'Who are you?',
        requestedSchema: { type: 'object', properties: { name: { type: 'string' } } },
      }),
      ({ action, content }) => ['${word}', action, content?.name].join(' '),
    ),
    think: asking(inputRequired.createMessage({ messages, maxTokens: 9 }), ({ content }) => content.text),
    places: asking(inputRequired.listRoots(), ({ roots }) => roots.map(({ uri }) => uri).join()),
    steps: async (_, { mcpReq }) => {
      const { progressToken } = mcpReq._meta ?? {}
      for (const progress of [1, 2, 3]) {
        if (progressToken === undefined) break
        await mcpReq.notify({ method: 'notifications/progress', params: { progressToken, progress, total: 3 } })
      }
      return said('done')
    },
    wait: (_, { mcpReq }) => new Promise((resolve) => {
      mcpReq.signal.addEventListener('abort', () => {
        givenUp++
        resolve(said('given up'))
      })
    }),
    'given-up': () => said(String(givenUp)),
    grow: async () => {
      tools.grown = () => said('grown')
      await server.sendToolListChanged()
      return said('grew')
    },
  }
  const described = { edition: '${word}', extra: '${extra ?? ''}' }
  server.setRequestHandler('tools/list', () => ({
    tools: Object.keys(tools).map((name) => ({
      name,
      ...(described[name] && { description: described[name] }),
      inputSchema: { type: 'object', ...(name === 'echo' && { properties: { text: { type: 'string' } } }) },
    })),
  }))
  server.setRequestHandler('tools/call', ({ params }, context) => tools[params.name](params.arguments ?? {}, context))
  const turned = { params: z.object({ text: z.string() }), result: z.object({ text: z.string() }) }
  server.setRequestHandler('${extensionMethod}', turned, ({ text }) => ({ text: [...text].reverse().join('') }))
  return server
}
`

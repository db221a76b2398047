import { extension, extensionMethod } from '../ability.ts'
import type { Edition } from '../edition.ts'

/** What a server of SDK v2 needs from its package. */
const imports = `
import { inputRequired, McpServer } from '@modelcontextprotocol/server'
import { z } from 'zod'
`

/**
 * `createServer()` on SDK v2's `McpServer`. It asks as both eras understand: by an answer that says what is missing.
 * \`more\` are statements about \`server\`, before it is handed out.
 */
export const serverV2 = ({ word, extra }: Edition, more = ''): string => `${imports}
const said = (text) => ({ content: [{ type: 'text', text }] })
let givenUp = 0

function createServer() {
  const server = new McpServer(
    { name: 'matrix', version: '1.0.0' },
    { capabilities: { tools: { listChanged: true }, extensions: { '${extension}': { sides: 2 } } } },
  )
  server.registerTool('echo', { inputSchema: z.object({ text: z.string() }) }, ({ text }) => said(text))
  server.registerTool('edition', { description: '${word}' }, () => said('${word}'))
  ${extra === undefined ? '' : `server.registerTool('extra', { description: '${extra}' }, () => said('${extra}'))`}
  const asking = (request, use) => ({ mcpReq }) => {
    const answer = mcpReq.inputResponses?.it
    return answer ? said(use(answer)) : inputRequired({ inputRequests: { it: request } })
  }
  const who = inputRequired.elicit({
    message: 'Who are you?',
    requestedSchema: { type: 'object', properties: { name: { type: 'string' } } },
  })
  server.registerTool('ask', {}, asking(who, ({ action, content }) => ['${word}', action, content?.name].join(' ')))
  const messages = [{ role: 'user', content: { type: 'text', text: 'Think' } }]
  const thought = inputRequired.createMessage({ messages, maxTokens: 9 })
  server.registerTool('think', {}, asking(thought, ({ content }) => content.text))
  server.registerTool('places', {}, asking(inputRequired.listRoots(), ({ roots }) => roots.map(({ uri }) => uri).join()))
  server.registerTool('steps', {}, async ({ mcpReq }) => {
    const { progressToken } = mcpReq._meta ?? {}
    for (const progress of [1, 2, 3]) {
      if (progressToken === undefined) break
      await mcpReq.notify({ method: 'notifications/progress', params: { progressToken, progress, total: 3 } })
    }
    return said('done')
  })
  server.registerTool('wait', {}, ({ mcpReq }) => new Promise((resolve) => {
    mcpReq.signal.addEventListener('abort', () => {
      givenUp++
      resolve(said('given up'))
    })
  }))
  server.registerTool('given-up', {}, () => said(String(givenUp)))
  server.registerTool('grow', {}, () => {
    server.registerTool('grown', {}, () => said('grown'))
    return said('grew')
  })
  const turned = { params: z.object({ text: z.string() }), result: z.object({ text: z.string() }) }
  server.server.setRequestHandler('${extensionMethod}', turned, ({ text }) => ({ text: [...text].reverse().join('') }))
  ${more}
  return server
}
`

/** `createServer()` for handlers that make a server for each request, where nothing can be waited for or grow. */
export const requestServerV2 = ({
  word,
  extra,
}: Edition): string => `${imports.replace('inputRequired, ', '')}
const said = (text) => ({ content: [{ type: 'text', text }] })

function createServer() {
  const server = new McpServer(
    { name: 'matrix', version: '1.0.0' },
    { capabilities: { tools: { listChanged: true }, extensions: { '${extension}': { sides: 2 } } } },
  )
  server.registerTool('echo', { inputSchema: z.object({ text: z.string() }) }, ({ text }) => said(text))
  server.registerTool('edition', { description: '${word}' }, () => said('${word}'))
  ${extra === undefined ? '' : `server.registerTool('extra', { description: '${extra}' }, () => said('${extra}'))`}
  server.registerTool('steps', {}, async ({ mcpReq }) => {
    const { progressToken } = mcpReq._meta ?? {}
    for (const progress of [1, 2, 3]) {
      if (progressToken === undefined) break
      await mcpReq.notify({ method: 'notifications/progress', params: { progressToken, progress, total: 3 } })
    }
    return said('done')
  })
  const turned = { params: z.object({ text: z.string() }), result: z.object({ text: z.string() }) }
  server.server.setRequestHandler('${extensionMethod}', turned, ({ text }) => ({ text: [...text].reverse().join('') }))
  return server
}
`

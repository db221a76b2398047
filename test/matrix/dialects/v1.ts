import { type Ability, extension, extensionMethod } from '../ability.ts'
import type { Edition } from '../edition.ts'

/** What a server is able to do that lives as long as its client's session. */
export const all: readonly Ability[] = [
  'ask',
  'call-stream',
  'think',
  'places',
  'cancel',
  'progress',
  'grow',
  'extend',
  'edit',
]

/** What is left to one that is made anew for each request. */
export const eachRequest: readonly Ability[] = ['progress', 'extend', 'edit']

/** What a server is asked in, given up and grows by: tools for one that lives as long as its client's session. */
const lasting = (word: string): string => `
  server.registerTool('ask', {}, async () => {
    const { action, content } = await server.server.elicitInput({
      message: 'Who are you?',
      requestedSchema: { type: 'object', properties: { name: { type: 'string' } } },
    })
    return said(['${word}', action, content?.name].join(' '))
  })
  server.registerTool('think', {}, async () => {
    const messages = [{ role: 'user', content: { type: 'text', text: 'Think' } }]
    const { content } = await server.server.createMessage({ messages, maxTokens: 9 })
    return said(content.text)
  })
  server.registerTool('places', {}, async () => {
    const { roots } = await server.server.listRoots()
    return said(roots.map(({ uri }) => uri).join())
  })
  server.registerTool('wait', {}, ({ signal }) => new Promise((resolve) => {
    console.error('wait: begun')
    signal.addEventListener('abort', () => {
      givenUp++
      console.error('wait: given up')
      resolve(said('given up'))
    })
  }))
  server.registerTool('given-up', {}, () => said(String(givenUp)))
  server.registerTool('grow', {}, () => {
    server.registerTool('grown', {}, () => said('grown'))
    return said('grew')
  })
`

/** `createServer()` on SDK v1's `McpServer`, as people write it; the questions are asked on the instance. */
export const serverV1 = (edition: Edition): string => createServer(edition, lasting(edition.word))

/** The same for handlers that make a server for each request, where nothing can be waited for or grow. */
export const requestServerV1 = (edition: Edition): string => createServer(edition, '')

const createServer = ({ word, extra }: Edition, more: string): string => `
import { McpServer } from '@modelcontextprotocol/sdk/server/mcp.js'
import { z } from 'zod'

const said = (text) => ({ content: [{ type: 'text', text }] })
let givenUp = 0

function createServer() {
  const server = new McpServer(
    { name: 'matrix', version: '1.0.0' },
    { capabilities: { extensions: { '${extension}': { sides: 2 } } } },
  )
  server.registerTool('echo', { inputSchema: { text: z.string() } }, ({ text }) => said(text))
  server.registerTool('edition', { description: '${word}' }, () => said('${word}'))
  ${extra === undefined ? '' : `server.registerTool('extra', { description: '${extra}' }, () => said('${extra}'))`}
  ${more}
  server.registerTool('steps', {}, async ({ _meta, sendNotification }) => {
    const { progressToken } = _meta ?? {}
    for (const progress of [1, 2, 3]) {
      if (progressToken === undefined) break
      const params = { progressToken, progress, total: 3 }
      await sendNotification({ method: 'notifications/progress', params })
    }
    return said('done')
  })
  const turn = z.object({ method: z.literal('${extensionMethod}'), params: z.object({ text: z.string() }) })
  server.server.setRequestHandler(turn, ({ params }) => ({ text: [...params.text].reverse().join('') }))
  return server
}
`

/** Makes CommonJS of what the dialects write. */
export const asCommonJs = (source: string): string =>
  source
    .replace(/import (\{.*\}) from '(.*)'/g, "const $1 = require('$2')")
    .replace(/^export const (\w+) =/gm, 'const $1 = exports.$1 =')

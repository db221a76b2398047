import type { Ability } from '../ability.ts'
import type { Edition } from '../edition.ts'

/** The package has no way to answer methods that it does not know. */
export const abilitiesTmcp: readonly Ability[] = [
  'ask',
  'call-stream',
  'think',
  'places',
  'cancel',
  'progress',
  'grow',
  'edit',
]

/** `createServer()` on the package tmcp. */
export const serverTmcp = ({ word, extra }: Edition): string => `
import { McpServer } from 'tmcp'
import { z } from 'zod'

const said = (text) => ({ content: [{ type: 'text', text }] })
let givenUp = 0

function createServer() {
  const server = new McpServer(
    { name: 'matrix', version: '1.0.0' },
    { adapter: { toJsonSchema: (schema) => z.toJSONSchema(schema) }, capabilities: { tools: { listChanged: true } } },
  )
  const tool = (name, description, handler) => server.tool({ name, description }, handler)
  const echo = { name: 'echo', description: 'Says it again', schema: z.object({ text: z.string() }) }
  server.tool(echo, ({ text }) => said(text))
  tool('edition', '${word}', () => said('${word}'))
  ${extra === undefined ? '' : `tool('extra', '${extra}', () => said('${extra}'))`}
  tool('ask', 'Asks', async () => {
    const requestedSchema = { type: 'object', properties: { name: { type: 'string' } } }
    const params = { message: 'Who are you?', requestedSchema }
    const { action, content } = await server.request({ method: 'elicitation/create', params })
    return said(['${word}', action, content?.name].join(' '))
  })
  tool('think', 'Asks', async () => {
    const messages = [{ role: 'user', content: { type: 'text', text: 'Think' } }]
    const { content } = await server.request({ method: 'sampling/createMessage', params: { messages, maxTokens: 9 } })
    return said(content.text)
  })
  tool('places', 'Asks', async () => {
    const { roots } = await server.request({ method: 'roots/list' })
    return said(roots.map(({ uri }) => uri).join())
  })
  tool('steps', 'Reports', async () => {
    for (const step of [1, 2, 3]) server.progress(step, 3)
    return said('done')
  })
  tool('wait', 'Waits', () => {
    const { signal } = server.ctx
    return new Promise((resolve) => signal.addEventListener('abort', () => {
      givenUp++
      resolve(said('given up'))
    }))
  })
  tool('given-up', 'Counts', () => said(String(givenUp)))
  tool('grow', 'Grows', () => {
    tool('grown', 'New', () => said('grown'))
    return said('grew')
  })
  return server
}
`

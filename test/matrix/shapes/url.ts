import { join } from 'node:path'
import { start } from '../../support/program.ts'
import { all, serverV1 } from '../dialects/v1.ts'
import type { Shape } from '../shape.ts'

export default {
  name: 'url',
  what: 'a URL, behind which plain Node serves SDK v1',
  facets: { sdk: 'v1', starts: 'elsewhere', modules: 'none', language: 'js' },
  words: (beside) => [beside.url.href],
  abilities: all.filter((one) => one !== 'edit'),
  without: 'nobody here edits a remote server',
  files: (edition) => ({
    'remote.mjs': `${serverV1(edition)}
import { StreamableHTTPServerTransport } from '@modelcontextprotocol/sdk/server/streamableHttp.js'
import express from 'express'
const app = express()
const sessions = new Map()
app.use(express.json())
app.all('/mcp', async (request, response) => {
  let transport = sessions.get(request.headers['mcp-session-id'])
  if (!transport) {
    if (request.body?.method !== 'initialize') return response.status(404).end()
    transport = new StreamableHTTPServerTransport({
      sessionIdGenerator: () => crypto.randomUUID(),
      onsessioninitialized: (id) => sessions.set(id, transport),
    })
    await createServer().connect(transport)
  }
  await transport.handleRequest(request, response, request.body)
})
const listener = app.listen(0, '127.0.0.1', () => console.error('at http://127.0.0.1:' + listener.address().port + '/mcp'))
`,
  }),
  beside: async ({ folder }) => {
    const remote = start(process.execPath, [join(folder, 'remote.mjs')], { cwd: folder })
    const [, address = ''] = await remote.until(/at (\S+)/)
    return { url: new URL(address), [Symbol.asyncDispose]: () => remote[Symbol.asyncDispose]() }
  },
} satisfies Shape

import assert from 'node:assert/strict'
import { all } from '../dialects/v1.ts'
import { serverV2 } from '../dialects/v2.ts'
import type { Shape } from '../shape.ts'

export default {
  name: 'v2-apps',
  what: 'SDK v2 with a page for a tool, as MCP Apps have it',
  facets: { sdk: 'v2', starts: 'exported', modules: 'esm', language: 'ts' },
  words: ['server.ts'],
  packages:
    '@modelcontextprotocol/ext-apps@2 @modelcontextprotocol/server@2 @modelcontextprotocol/client@2 @modelcontextprotocol/core@2 zod@4',
  abilities: [...all, 'share', 'page'],
  extended: async (person) => {
    const { extensions = {} } = person.capabilities()
    assert.ok(
      'io.modelcontextprotocol/ui' in (extensions as object),
      `the client ${person.kind} is not told of the extension`,
    )
    const page = (await person.tools()).find(({ name }) => name === 'page')
    assert.match(JSON.stringify(page), /"resourceUri":"ui:\/\/page"/)
    assert.match(JSON.stringify(await person.request('resources/read', { uri: 'ui://page' })), /<h1>Page/)
    assert.equal(
      await person.call('page'),
      'text/html;profile=mcp-app',
      `what the client ${person.kind} can show is not known`,
    )
  },
  files: (edition) => ({
    'server.ts': `import { getUiCapability, registerAppResource, registerAppTool } from '@modelcontextprotocol/ext-apps/server'
${serverV2(edition)}
export const server = createServer()
server.server.registerCapabilities({ extensions: { 'io.modelcontextprotocol/ui': {} } })
const about = { description: 'Shows a page', _meta: { ui: { resourceUri: 'ui://page' } } }
registerAppTool(server, 'page', about, () =>
  said(getUiCapability(server.server.getClientCapabilities())?.mimeTypes?.join() ?? 'no pages'),
)
registerAppResource(server, 'page', 'ui://page', {}, () => ({
  contents: [{ uri: 'ui://page', mimeType: 'text/html;profile=mcp-app', text: '<h1>Page</h1>' }],
}))
`,
  }),
} satisfies Shape

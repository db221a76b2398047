import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { chosen } from '../support/whole.ts'
import { type Compared, compare } from './drive.ts'
import { publicServers } from './servers.ts'

/** Small ones of different making: two of the reference servers, an SDK v2 factory, a bundled SDK, and two more. */
const subset = [
  '@modelcontextprotocol/server-filesystem',
  '@modelcontextprotocol/server-memory',
  '@upstash/context7-mcp',
  'exa-mcp-server',
  '@perplexity-ai/mcp-server',
  '@brave/brave-search-mcp-server',
]

const servers = publicServers.filter(({ package: name }) => subset.includes(name))

describe('public servers, unchanged', () => {
  for (const server of chosen(servers, 6)) {
    test(`${server.package} offers on every transport what it offers under plain node`, async (t) => {
      let row: Compared
      try {
        row = await compare(server)
      } catch (error) {
        t.skip(`npm cannot be reached: ${String(error).slice(0, 100)}`)
        return
      }
      assert.ok('tools' in row.node && row.node.tools.length > 0, JSON.stringify(row.node))
      for (const transport of ['stdio', 'http', 'sse'] as const) {
        assert.deepEqual(row[transport], row.node, transport)
      }
      assert.ok(!('fault' in row.inspect), JSON.stringify(row.inspect))
      assert.deepEqual(row.inspect.said, row.inspect.seen, 'inspect --json')
    })
  }
})

import assert from 'node:assert/strict'
import { fileURLToPath } from 'node:url'
import { clientV2, connectV1, connectV2, type Target } from './clients.ts'

/** A file as people write them. */
export const shape = (file: string) => fileURLToPath(new URL(`../fixtures/shapes/${file}`, import.meta.url))

/** Two clients at once see the tool and get their own answers. */
export async function callTwice(target: Target, name: string): Promise<void> {
  const clients = [await connectV1(target), await connectV2(target, clientV2('second', 'auto'))]
  try {
    const answers = await Promise.all(
      clients.map(async (client, index) => {
        assert.equal(client.getServerVersion()?.name, name)
        const { tools } = await client.listTools()
        assert.deepEqual(
          tools.map((tool: { name: string }) => tool.name),
          ['echo'],
        )
        const { content } = await client.callTool({ name: 'echo', arguments: { text: `for ${index}` } })
        return content
      }),
    )
    assert.deepEqual(
      answers,
      [0, 1].map((index) => [{ type: 'text', text: `for ${index}` }]),
    )
  } finally {
    await Promise.all(clients.map((client) => client.close()))
  }
}

import { FastMCP, isMain } from 'fastmcp-cli'
import { z } from 'zod'

export const mcp = new FastMCP({
  name: 'my-server',
  version: '0.1.0',
  instructions: 'Adds numbers and greets people.',
})

mcp.tool(
  {
    name: 'add',
    description: 'Add two numbers',
    input: z.object({ a: z.number(), b: z.number() }),
    output: z.object({ sum: z.number() }),
  },
  ({ a, b }) => ({ sum: a + b }),
)

mcp.resource(
  {
    uri: 'greeting://{name}',
    name: 'greeting',
    description: 'A greeting for someone',
    mimeType: 'text/plain',
  },
  ({ name }) => `Hello, ${name}!`,
)

mcp.prompt(
  {
    name: 'explain',
    description: 'Explain a sum to a child',
    input: z.object({ a: z.string(), b: z.string() }),
  },
  ({ a, b }) => `Explain to a child of six why ${a} plus ${b} is what it is. Use the add tool first.`,
)

if (isMain(import.meta)) await mcp.run()

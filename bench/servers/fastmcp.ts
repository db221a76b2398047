/** The same tool on our own library. */
export const fastmcp = `
import { FastMCP, isMain } from 'fastmcp-cli'
import { z } from 'zod'
export const mcp = new FastMCP({ name: 'bench', version: '1.0.0' })
mcp.tool(
  { name: 'add', description: 'Adds two numbers', input: z.object({ a: z.number(), b: z.number() }) },
  ({ a, b }) => String(a + b),
)
if (isMain(import.meta)) await mcp.run()
`

// FastMCP: exported for the runner, and started by `run()` when the file is the program.
import { FastMCP, isMain } from 'fastmcp-cli'
import { z } from 'zod'

export const mcp = new FastMCP({ name: 'greeter', version: '1.0.0' })

mcp.tool(
  { name: 'greet', description: 'Greets somebody', input: z.object({ name: z.string() }) },
  ({ name }, ctx) => `Hello, ${name}! You come by ${ctx.client?.name ?? 'an unknown client'}.`,
)

if (isMain(import.meta)) await mcp.run()

import { FastMCP, isMain, ToolError } from 'fastmcp-cli'
import { z } from 'zod'
import { auth } from './auth.ts'
import { findUser, users } from './users.ts'

export const mcp = new FastMCP({
  name: 'my-server',
  version: '0.1.0',
  instructions: 'Looks up users.',
  auth,
})

mcp.tool(
  {
    name: 'find-user',
    description: 'Find a user by id',
    input: z.object({ id: z.string() }),
    output: z.object({ id: z.string(), name: z.string() }),
  },
  ({ id }) => {
    const user = findUser(id)
    if (!user)
      throw new ToolError(`there is no user ${id}; available: ${users.map((one) => one.id).join(', ')}`)
    return user
  },
)

// A route beside /mcp, for browsers and other programs; the same callers may use it.
mcp.customRoute('/users/:id', { auth: true }, (_request, { params }) => {
  const user = findUser(params.id ?? '')
  return user ? Response.json(user) : Response.json({ error: 'no such user' }, { status: 404 })
})

if (isMain(import.meta)) await mcp.run({ transport: 'http', health: true })

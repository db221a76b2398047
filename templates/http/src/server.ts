import { FastMCP, isMain, ToolError } from 'fastmcp-cli'
import { z } from 'zod'
import { isAllowed } from './auth.ts'
import { findUser, users } from './users.ts'

export const mcp = new FastMCP({
  name: 'my-server',
  version: '0.1.0',
  instructions: 'Looks up users.',
})

mcp.tool(
  {
    name: 'find-user',
    description: 'Find a user by id',
    input: z.object({ id: z.string() }),
    output: z.object({ id: z.string(), name: z.string() }),
  },
  ({ id }, ctx) => {
    if (!isAllowed(ctx.headers?.get('authorization'))) throw new ToolError('a valid bearer token is needed')
    const user = findUser(id)
    if (!user)
      throw new ToolError(`there is no user ${id}; known are ${users.map((one) => one.id).join(', ')}`)
    return user
  },
)

// Routes beside /mcp, for browsers and other programs.
mcp.customRoute('/users/:id', (request, { params }) => {
  if (!isAllowed(request.headers.get('authorization'))) {
    return new Response('a valid bearer token is needed', {
      status: 401,
      headers: { 'www-authenticate': 'Bearer' },
    })
  }
  const user = findUser(params.id ?? '')
  return user ? Response.json(user) : Response.json({ error: 'no such user' }, { status: 404 })
})

if (isMain(import.meta)) await mcp.run({ transport: 'http', health: true })

import { type } from 'arktype'
import { FastMCP } from 'fastmcp-cli'
import { same } from './same.ts'

const mcp = new FastMCP({ name: 'types' })
const input = type({ city: 'string', days: 'number = 3', 'unit?': "'C' | 'F'" })
const output = type({ degrees: 'number[]' })

interface Args {
  city: string
  days: number
  unit?: 'C' | 'F'
}

mcp.tool({ name: 'forecast', input, output }, (args, ctx) => {
  same<typeof args.city, string>()
  same<typeof args.days, number>()
  same<typeof args.unit, 'C' | 'F' | undefined>()
  args satisfies Args
  // @ts-expect-error there is no such argument
  args.town
  same<typeof ctx.era, 'legacy' | 'modern'>()
  return { degrees: [args.days] }
})

mcp.tool({ name: 'async', input, output }, async ({ days }) => ({ degrees: [days] }))

// @ts-expect-error the result is not what output describes
mcp.tool({ name: 'wrong', input, output }, () => ({ degrees: ['warm'] }))

// @ts-expect-error there must be a result
mcp.tool({ name: 'nothing', input, output }, () => undefined)

mcp.tool({ name: 'own-result', input, output }, () => ({
  content: [{ type: 'text' as const, text: 'as the SDK has it' }],
}))

// What a handler gets is what a schema makes of what was sent.
mcp.tool({ name: 'transformed', input: type({ count: 'string.numeric.parse' }) }, ({ count }) => {
  same<typeof count, number>()
  return count + 1
})

mcp.tool({ name: 'asking' }, async (args, ctx) => {
  same<typeof args, Record<string, never>>()
  const answer = await ctx.elicit('sure?', type({ sure: 'boolean' }))
  // @ts-expect-error nothing is known before it is known that it was accepted
  answer.data.sure
  if (answer.action !== 'accept') return answer.action
  same<typeof answer.data.sure, boolean>()
  return answer.data.sure
})

mcp.prompt({ name: 'pack', input: type({ city: 'string' }) }, ({ city }) => {
  same<typeof city, string>()
  return city
})

const handle = mcp.tool({ name: 'changing', input, output }, () => ({ degrees: [] }))
handle.update({ description: 'another', timeout: 100, handler: ({ days }) => ({ degrees: [days] }) })
// @ts-expect-error the new handler must return what the old one did
handle.update({ handler: () => 'warm' })
// @ts-expect-error there is nothing of that name to update
handle.update({ summary: 'another' })

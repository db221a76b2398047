import { FastMCP } from 'fastmcp-cli'
import { z } from 'zod'

/** Answers, questions, arguments and state of any size. */
export const mcp = new FastMCP({ name: 'heavy', version: '1.0.0' })
const size = z.object({ size: z.number() })

mcp.tool({ name: 'echo', input: z.object({ word: z.string() }) }, ({ word }) => word)

mcp.tool({ name: 'stream', description: 'Reports, and answers', input: size }, async ({ size }, ctx) => {
  await ctx.log.info('on its way')
  return 'x'.repeat(size)
})

mcp.tool({ name: 'late', input: z.object({ ms: z.number(), size: z.number() }) }, async ({ ms, size }) => {
  await new Promise((resolve) => setTimeout(resolve, ms))
  return 'x'.repeat(size)
})

mcp.tool({ name: 'ask', input: z.object({ text: z.string() }) }, async ({ text }, ctx) => {
  const { data } = await ctx.elicit('Who?', z.object({ name: z.string() }))
  return `${data?.name} ${text.length}`
})

mcp.tool({ name: 'keep', description: 'Keeps so much with the session', input: size }, async ({ size }, ctx) => {
  await ctx.state.set('kept', 'x'.repeat(size))
  return 'kept'
})

mcp.tool({ name: 'kept' }, async (_args, ctx) => String((await ctx.state.get<string>('kept'))?.length))

mcp.tool({ name: 'hold', description: 'Waits until it is cancelled' }, async (_args, ctx) => {
  await new Promise((resolve) => ctx.signal.addEventListener('abort', resolve, { once: true }))
})

mcp.server.registerCapabilities({ resources: { subscribe: true, listChanged: true } })
mcp.server.setRequestHandler('resources/subscribe', ({ params }) => {
  if (params.uri.startsWith('none:')) throw new Error('there is no such resource')
  return {}
})
mcp.server.setRequestHandler('resources/unsubscribe', () => ({}))

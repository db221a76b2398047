import { type Ability, extension, extensionMethod } from '../ability.ts'
import type { Edition } from '../edition.ts'

/** Its context has no way to ask for roots. */
export const abilitiesFastmcp: readonly Ability[] = [
  'ask',
  'call-stream',
  'think',
  'cancel',
  'progress',
  'grow',
  'extend',
  'edit',
]

/** `mcp` on the library of this repository. */
export const serverFastmcp = ({ word, extra }: Edition): string => `
import { FastMCP, isMain } from 'fastmcp-cli'
import { z } from 'zod'

let givenUp = 0
const mcp = new FastMCP({
  name: 'matrix',
  sdk: { capabilities: { extensions: { '${extension}': { sides: 2 } } } },
})
mcp.tool({ name: 'echo', input: z.object({ text: z.string() }) }, ({ text }) => text)
mcp.tool({ name: 'edition', description: '${word}' }, () => '${word}')
${extra === undefined ? '' : `mcp.tool({ name: 'extra', description: '${extra}' }, () => '${extra}')`}
mcp.tool({ name: 'ask' }, async (_, ctx) => {
  const { action, data } = await ctx.elicit('Who are you?', z.object({ name: z.string() }))
  return ['${word}', action, data?.name].join(' ')
})
mcp.tool({ name: 'think' }, async (_, ctx) => (await ctx.sample('Think')).content.text)
mcp.tool({ name: 'steps' }, async (_, ctx) => {
  for (const step of [1, 2, 3]) await ctx.progress(step, 3)
  return 'done'
})
mcp.tool({ name: 'wait' }, (_, { signal }) => new Promise((resolve) => {
  signal.addEventListener('abort', () => {
    givenUp++
    resolve('given up')
  })
}))
mcp.tool({ name: 'given-up' }, () => String(givenUp))
mcp.tool({ name: 'grow' }, () => {
  mcp.tool({ name: 'grown' }, () => 'grown')
  return 'grew'
})
const turned = { params: z.object({ text: z.string() }), result: z.object({ text: z.string() }) }
mcp.server.setRequestHandler('${extensionMethod}', turned, ({ text }) => ({ text: [...text].reverse().join('') }))
`

/** The files of a TypeScript project whose server is spread over so many: one for each tool, and the one that starts. */
export function manyFiles(count: number): Record<string, string> {
  const tools = Array.from({ length: count - 1 }, (_, index) => index)
  const imports = tools.map(
    (index) => `import { register as register${index} } from './tools/tool${index}.js'`,
  )
  const server = `
import { McpServer } from '@modelcontextprotocol/sdk/server/mcp.js'
import { StdioServerTransport } from '@modelcontextprotocol/sdk/server/stdio.js'
import { realpathSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
${imports.join('\n')}
export const server = new McpServer({ name: 'bench', version: '1.0.0' })
for (const register of [${tools.map((index) => `register${index}`).join(', ')}]) register(server)
if (process.argv[1] && realpathSync(process.argv[1]) === fileURLToPath(import.meta.url)) {
  await server.connect(new StdioServerTransport())
}
`
  return {
    'server.ts': server,
    ...Object.fromEntries(tools.map((index) => [`tools/tool${index}.ts`, tool(index)])),
  }
}

const tool = (index: number): string => `
import type { McpServer } from '@modelcontextprotocol/sdk/server/mcp.js'
import { z } from 'zod'

interface Answer {
  readonly content: { type: 'text'; text: string }[]
}

/** What the tool of number ${index} works on. */
export interface Input${index} {
  query: string
  limit?: number | undefined
}

const input = { query: z.string(), limit: z.number().optional() }

function answer({ query, limit = 10 }: Input${index}): Answer {
  const words: string[] = query.split(' ').slice(0, limit)
  return { content: [{ type: 'text', text: words.map((word: string) => word.toUpperCase()).join(' ') }] }
}

export function register(server: McpServer): void {
  server.registerTool('tool${index}', { description: 'Tool ${index}', inputSchema: input }, answer)
}
`

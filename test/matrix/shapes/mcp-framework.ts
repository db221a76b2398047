import type { Shape } from '../shape.ts'

const tool = (
  name: string,
  description: string,
  schema: string,
  answer: string,
) => `import { MCPTool } from 'mcp-framework'
import { z } from 'zod'

export default class extends MCPTool {
  name = '${name}'
  description = '${description}'
  useStringify = false
  schema = ${schema}

  async execute({ text }) {
    return ${answer}
  }
}
`

export default {
  name: 'mcp-framework',
  what: 'mcp-framework, which finds its tools in a folder',
  facets: { sdk: 'other', starts: 'itself', modules: 'esm', language: 'js' },
  words: ['dist/index.js'],
  packages: 'mcp-framework@0.2 @modelcontextprotocol/sdk@1 zod@3',
  abilities: ['edit'],
  without: 'its interface has no more',
  edited: 'dist/tools/EditionTool.js',
  files: ({ word, extra }) => ({
    'package.json': '{ "name": "matrix", "private": true, "type": "module" }',
    'dist/index.js': `import { MCPServer } from 'mcp-framework'

await new MCPServer({ name: 'matrix', version: '1.0.0' }).start()
`,
    'dist/tools/EchoTool.js': tool(
      'echo',
      'Says it again',
      "{ text: { type: z.string(), description: 'What' } }",
      'text',
    ),
    'dist/tools/EditionTool.js': tool('edition', word, '{}', `'${word}'`),
    ...(extra !== undefined && { 'dist/tools/ExtraTool.js': tool('extra', extra, '{}', `'${extra}'`) }),
  }),
  // The framework passes over a tool that does not load.
  broken: () => ({ 'dist/index.js': 'await new MCPServer(;\n' }),
} satisfies Shape

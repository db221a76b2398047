import type { Shape } from '../shape.ts'

export default {
  name: 'xmcp-project',
  what: 'a project of xmcp, whose own tool puts the server together',
  facets: { sdk: 'other', starts: 'elsewhere', modules: 'none', language: 'ts' },
  words: ['.'],
  abilities: ['edit'],
  loads: 5,
  files: ({ word }) => ({
    'xmcp.config.ts': 'export default { stdio: true }\n',
    'src/tools/edition.ts': `export const metadata = { name: 'edition', description: '${word}' }
export default async function edition() {
  return '${word}'
}
`,
  }),
} satisfies Shape

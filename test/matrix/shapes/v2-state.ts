import { all } from '../dialects/v1.ts'
import { serverV2 } from '../dialects/v2.ts'
import type { Edition } from '../edition.ts'
import type { Shape } from '../shape.ts'

const state = ({ word }: Edition) => `
  server.registerTool('state', {}, ({ mcpReq }) => {
    const answer = mcpReq.inputResponses?.it
    if (!answer) return inputRequired({ inputRequests: { it: who }, requestState: JSON.stringify({ asked: '${word}', by: nonce }) })
    const { asked, by } = JSON.parse(mcpReq.requestState())
    return said([asked, by === nonce ? 'answered at home' : 'answered elsewhere', answer.content?.name].join(' '))
  })
`

export default {
  name: 'v2-state',
  what: 'SDK v2, with a `requestState` of its own in JSON',
  facets: { sdk: 'v2', starts: 'exported', modules: 'esm', language: 'ts' },
  words: ['server.ts'],
  abilities: [...all, 'share', 'state'],
  files: (edition) => ({
    'server.ts': `const nonce = crypto.randomUUID()
${serverV2(edition, state(edition))}
export const server = createServer()
`,
  }),
} satisfies Shape

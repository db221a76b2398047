import type { Edition } from '../edition.ts'

/** A program that knows the protocol itself. */
export const handWritten = ({ word, extra }: Edition): string => `
import { createInterface } from 'node:readline'

const tools = {
  echo: ({ text }) => text,
  edition: () => '${word}',
  ${extra === undefined ? '' : `extra: () => '${extra}',`}
}
const described = { edition: '${word}', extra: '${extra ?? ''}' }
const answers = {
  initialize: ({ protocolVersion }) => ({
    protocolVersion,
    capabilities: { tools: {} },
    serverInfo: { name: 'matrix', version: '1.0.0' },
  }),
  'tools/list': () => ({
    tools: Object.keys(tools).map((name) => ({
      name,
      ...(described[name] && { description: described[name] }),
      inputSchema: { type: 'object', ...(name === 'echo' && { properties: { text: { type: 'string' } } }) },
    })),
  }),
  'tools/call': ({ name, arguments: args = {} }) => ({ content: [{ type: 'text', text: tools[name](args) }] }),
  ping: () => ({}),
}
createInterface({ input: process.stdin }).on('line', (line) => {
  const { id, method, params } = JSON.parse(line)
  if (id === undefined) return
  const said = answers[method]
    ? { result: answers[method](params ?? {}) }
    : { error: { code: -32601, message: 'no ' + method } }
  process.stdout.write(JSON.stringify({ jsonrpc: '2.0', id, ...said }) + '\\n')
})
`

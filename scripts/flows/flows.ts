import { clientV2, connectV2, type Mode, pinned } from '../../test/support/clients.ts'
import type { Stage } from './stage.ts'

/** A way through the program that is shown. */
export interface Flow {
  readonly name: string
  readonly title: string
  /** What a stranger has to know of it. */
  readonly words: string
  /** What each process is called, in the order in which they come to it; there is nothing to say of one alone. */
  readonly processes?: readonly string[]
  play(stage: Stage): Promise<void>
}

/** A server as people write it, with SDK v1, and a word that says which version it is. */
export const serverOf = (word: string) => `
import { McpServer } from '@modelcontextprotocol/sdk/server/mcp.js'
export const server = new McpServer({ name: 'weather', version: '1.0.0' })
const text = (said: string) => ({ content: [{ type: 'text' as const, text: said }] })
server.registerTool('forecast', { description: '${word}' }, () => text('${word}'))
server.registerTool('trip', {}, async () => {
  const requestedSchema = { type: 'object' as const, properties: {} }
  const { action } = await server.server.elicitInput({ message: 'Where to?', requestedSchema })
  return text(action)
})
console.error('loaded')
`

const overHttp = ['server.ts', '-t', 'streamable-http', '-p', '0']

export const flows: readonly Flow[] = [
  {
    name: 'call',
    title: 'A tool is called over Streamable HTTP',
    words:
      'A client of the legacy era, which has a session, POSTs `tools/call` to `fastmcp run server.ts -t streamable-http`.',
    async play(stage) {
      await using served = await stage.serve('run', ...overHttp)
      const client = await connectV2({ http: served.url })
      await stage.begin()
      await client.callTool({ name: 'forecast' })
      await stage.end()
      await client.close()
    },
  },
  {
    name: 'save',
    title: 'A file is saved under `fastmcp dev`',
    words:
      'The file lists a tool otherwise than before, and a client with a session is connected: the front compiles, a process that stands by loads the result and becomes the next generation, and the client is told.',
    processes: ['The front', 'The new generation', 'The old generation'],
    async play(stage) {
      await using dev = await stage.serve('dev', ...overHttp, '--no-inspector')
      const client = clientV2()
      const told = new Promise<void>((resolve) => {
        client.setNotificationHandler('notifications/tools/list_changed', () => resolve())
      })
      await connectV2({ http: dev.url }, client)
      await client.callTool({ name: 'forecast' })
      await stage.begin()
      stage.save(serverOf('rain'))
      await Promise.all([told, dev.until(/reload/)])
      await stage.end()
      await client.close()
    },
  },
  {
    name: 'start',
    title: '`fastmcp run server.ts` starts',
    words:
      'It serves on stdio, and nothing of the file has been compiled before. It ends when the server waits for its client.',
    async play(stage) {
      await stage.begin()
      await using started = stage.start('run', 'server.ts')
      await started.until(/loaded/)
      await stage.end()
    },
  },
  {
    name: 'install',
    title: '`fastmcp install cursor server.ts --config file` writes an entry',
    words:
      'Nobody has said what the entry is to be called, so that the server is loaded and asked for its name, as a client would.',
    async play(stage) {
      await stage.begin()
      const { code, stderr } = await stage.run('install', 'cursor', 'server.ts', '--config', 'mcp.json')
      if (code !== 0) throw new Error(stderr)
      await stage.end()
    },
  },
  {
    name: 'ask-legacy',
    title: 'A tool asks a client of the legacy era',
    words: 'The tool calls `elicitInput()`. The question goes out on the stream that answers the call.',
    play: (stage) => ask(stage, 'legacy'),
  },
  {
    name: 'ask-modern',
    title: 'The same tool asks a client of the modern era',
    words:
      'The server is one of SDK v1, which knows sessions alone: a hidden one holds the call, the question is the answer `input_required`, and the client calls again with what was answered.',
    play: (stage) => ask(stage, pinned),
  },
]

async function ask(stage: Stage, mode: Mode): Promise<void> {
  await using served = await stage.serve('run', ...overHttp)
  const client = clientV2('asked', mode, { elicitation: {} })
  client.setRequestHandler('elicitation/create', async () => {
    await stage.begin('The answer comes')
    return { action: 'accept' as const, content: {} }
  })
  await connectV2({ http: served.url }, client)
  await client.callTool({ name: 'forecast' })
  await stage.begin('The tool is called, and asks')
  await client.callTool({ name: 'trip' })
  await stage.end()
  await client.close()
}

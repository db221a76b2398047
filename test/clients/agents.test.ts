import assert from 'node:assert/strict'
import { join } from 'node:path'
import { after, before, describe, test } from 'node:test'
import { listening, program, root, type Started, startFastmcp } from '../support/program.ts'
import { Project } from '../support/project.ts'
import { install, outputOf } from './public-client.ts'

/** A server of each kind: what is typed to name it, what it lists, and a call with its answer. */
interface Shape {
  name: string
  words: readonly string[]
  tools: readonly string[]
  input: Record<string, unknown>
  answer: string | RegExp
}

const text = { text: 'hello' }
const shapes: readonly Shape[] = [
  { name: 'SDK v1', words: ['playground/sdk-v1.ts'], tools: ['shout'], input: text, answer: 'HELLO' },
  { name: 'SDK v2', words: ['playground/sdk-v2.ts'], tools: ['add'], input: { a: 2, b: 3 }, answer: '5' },
  {
    name: 'FastMCP',
    words: ['playground/fastmcp.ts'],
    tools: ['greet'],
    input: { name: 'Ann' },
    answer: /^Hello, Ann! You come by .+\.$/,
  },
  { name: 'self-starting', words: ['playground/guarded.ts'], tools: ['count'], input: text, answer: '5' },
  { name: 'factory', words: ['playground/factory.ts'], tools: ['note'], input: text, answer: 'hello' },
  {
    name: '--exec',
    words: ['--exec', 'node playground/binary.mjs'],
    tools: ['reverse'],
    input: text,
    answer: 'olleh',
  },
  {
    name: 'mcp.json',
    words: ['playground/mcp.json'],
    tools: ['binary_reverse', 'greeter_greet'],
    input: text,
    answer: 'olleh',
  },
]

const agents = [
  { name: 'LangChain', script: 'langchain.mjs', package: '@langchain/mcp-adapters@1.1.4', node: 20 },
  { name: 'OpenAI Agents', script: 'openai.mjs', package: '@openai/agents@0.20.0 zod@4', node: 22 },
  { name: 'Mastra', script: 'mastra.mjs', package: '@mastra/mcp@2.0.0', node: 22 },
  { name: 'AI SDK', script: 'ai-sdk.mjs', package: '@ai-sdk/mcp@2.0.99 zod@4', node: 22 },
]

describe('the MCP clients of agents', () => {
  const served: (Started & { url: URL })[] = []
  before(async () => {
    for (const { words } of shapes)
      served.push(await listening(startFastmcp(['run', ...words, '-t', 'http', '-p', '0'])))
  })
  after(() => Promise.all(served.map((one) => one[Symbol.asyncDispose]())))

  /** Every shape on both transports. */
  const places = () =>
    shapes.flatMap(({ name, words, tools: [tool], input }, index) => [
      { name: `${name} on stdio`, command: process.execPath, args: [program, 'run', ...words], tool, input },
      { name: `${name} over HTTP`, url: served[index]?.url.href, tool, input },
    ])

  for (const agent of agents) {
    test(`${agent.name} lists and calls`, async (t) => {
      using home = new Project({})
      const installed = install(agent, home.folder, t)
      if (!installed) return
      const script = join(root, 'test', 'clients', 'agents', 'visit.mjs')
      const words = [installed.modules, join(script, '..', agent.script), JSON.stringify(places())]
      const lines = (await outputOf(installed, script, words, 400_000)).trim().split('\n')
      const visits = new Map(lines.map((line) => JSON.parse(line)).map(({ name, ...came }) => [name, came]))
      for (const { name, tools, answer } of shapes)
        for (const transport of ['on stdio', 'over HTTP'])
          await t.test(`${name} ${transport}`, () => {
            const { answer: given, ...rest } = visits.get(`${name} ${transport}`)
            assert.deepEqual(rest, { tools })
            if (typeof answer === 'string') assert.equal(given, answer)
            else assert.match(given, answer)
          })
    })
  }
})

import { join } from 'node:path'
import type { Target } from '../support/clients.ts'
import { program, root } from '../support/program.ts'
import { type Asked, type Installed, outputOf, testAtServers, trip, urlOf } from './public-client.ts'

const seven = { package: '@ai-sdk/mcp@2.0.99 zod@4', node: 22 }

testAtServers([
  {
    name: 'AI SDK 6',
    package: '@ai-sdk/mcp@1.0.102 zod@4',
    node: 18,
    transports: ['stdio', 'http', 'sse'],
    ask: (target, installed) => aiSdk(target, installed),
  },
  {
    ...seven,
    name: 'AI SDK 7',
    transports: ['stdio', 'http', 'sse'],
    version: '2026-07-28',
    ask: (target, installed) => aiSdk(target, installed),
  },
  {
    ...seven,
    name: 'AI SDK 7 without discovery',
    transports: ['stdio', 'http', 'sse'],
    version: '2025-11-25',
    ask: (target, installed) => aiSdk(target, installed, { protocolVersionDiscovery: false }),
  },
])

async function aiSdk(target: Target, installed: Installed, settings: object = {}): Promise<Asked> {
  const script = join(root, 'test', 'clients', 'ai-sdk.mjs')
  const place =
    'stdio' in target
      ? { command: process.execPath, args: [program, ...target.stdio] }
      : { type: 'http' in target ? 'http' : 'sse', url: urlOf(target) }
  const words = [installed.modules, JSON.stringify({ ...place, ...settings, trip })]
  return JSON.parse(await outputOf(installed, script, words))
}

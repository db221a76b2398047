import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Target } from '../support/clients.ts'
import { program } from '../support/program.ts'
import { type Asked, type Installed, outputOf, testAtServers, trip, urlOf } from './public-client.ts'

testAtServers([
  { name: 'mcpc', package: '@apify/mcpc@0.2.6', node: 20, transports: ['stdio', 'http'], ask: mcpc },
  {
    name: 'mcporter',
    package: 'mcporter@0.12.3',
    node: 24,
    transports: ['stdio', 'http', 'sse'],
    ask: mcporter,
  },
])

interface Named {
  name: string
}

/** Keeps a session, and a process that holds it, from one command to the next. */
async function mcpc(target: Target, installed: Installed): Promise<Asked> {
  const script = join(installed.modules, '@apify', 'mcpc', 'bin', 'mcpc')
  const mcpc = (...words: string[]) => outputOf(installed, script, ['--json', ...words])
  await mcpc('connect', 'stdio' in target ? configured(target.stdio, installed) : urlOf(target), '@t')
  try {
    const tools: Named[] = JSON.parse(await mcpc('@t', 'tools-list'))
    const result = JSON.parse(await mcpc('@t', 'tools-call', 'forecast', JSON.stringify(trip)))
    return { tools: tools.map(({ name }) => name), forecast: result.structuredContent }
  } finally {
    await mcpc('close', '@t')
  }
}

function configured(stdio: readonly string[], { home }: Installed): string {
  const file = join(home, 'mcp.json')
  const weather = { command: process.execPath, args: [program, ...stdio] }
  writeFileSync(file, JSON.stringify({ mcpServers: { weather } }))
  return `${file}:weather`
}

async function mcporter(target: Target, installed: Installed): Promise<Asked> {
  const script = join(installed.modules, 'mcporter', 'dist', 'cli.js')
  const place =
    'stdio' in target
      ? ['--stdio', process.execPath, ...[program, ...target.stdio].flatMap((arg) => ['--stdio-arg', arg])]
      : ['--http-url', urlOf(target), '--allow-http']
  const { tools } = JSON.parse(await outputOf(installed, script, ['list', ...place, '--json']))
  const call = ['call', ...place, '--tool', 'forecast', '--args', JSON.stringify(trip), '--output', 'json']
  const forecast = JSON.parse(await outputOf(installed, script, call))
  return { tools: tools.map(({ name }: Named) => name), forecast }
}

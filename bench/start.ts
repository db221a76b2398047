import { spawn } from 'node:child_process'
import { mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { transformSync } from 'esbuild'
import { program, root } from '../test/support/program.ts'
import { hello, Project } from '../test/support/project.ts'
import { serverV1 } from './servers.ts'
import { interleaved, type Row, ratio } from './table.ts'

const tsx = join(root, 'node_modules/tsx/dist/cli.mjs')
const list = `${JSON.stringify({ jsonrpc: '2.0', id: 'list', method: 'tools/list' })}\n`

/** A1 to A3: how long until a client has the list of tools, and until the command line has answered. */
export async function benchStart(rounds: number): Promise<Row[]> {
  const { code } = transformSync(serverV1, { loader: 'ts' })
  using project = new Project({
    'package.json': '{ "type": "module" }',
    'server.ts': serverV1,
    'server.mjs': code,
    'cache/x': '',
  })
  const [source, compiled] = [project.path('server.ts'), project.path('server.mjs')]
  const cache = project.path('cache')
  await untilListed([program, 'run', source], cache)
  await untilBundled(cache)
  await untilListed([program, 'run', source], cache)

  const found = await interleaved(rounds, {
    node: () => untilListed([compiled], cache),
    tsx: () => untilListed([tsx, source], cache),
    warm: () => untilListed([program, 'run', source], cache),
    first: () => withEmptyCache((empty) => untilListed([program, 'run', source], empty)),
    nothing: () => untilExit(['-e', '0']),
    version: () => untilExit([program, '--version']),
    help: () => untilExit([program, '--help']),
  })
  return [
    {
      id: 'A1',
      what: 'warm start → tools/list, by node of the compiled file',
      value: ratio(found.warm, found.node),
      target: '≤ 0.55',
    },
    {
      id: 'A1',
      what: 'warm start → tools/list, by tsx',
      value: ratio(found.warm, found.tsx),
      target: '≤ 0.22',
    },
    {
      id: 'A2',
      what: 'first start ever → tools/list, by tsx',
      value: ratio(found.first, found.tsx),
      target: '≤ 0.6',
    },
    {
      id: 'A3',
      what: '--version, by node -e 0',
      value: ratio(found.version, found.nothing),
      target: '≤ 1.4',
    },
    { id: 'A3', what: '--help, by node -e 0', value: ratio(found.help, found.nothing), target: '≤ 1.4' },
  ]
}

/** Milliseconds from the start of a server to its list of tools. */
async function untilListed(args: readonly string[], cache: string): Promise<number> {
  const begun = performance.now()
  const env = { ...process.env, FASTMCP_CACHE_DIR: cache }
  const child = spawn(process.execPath, args, { stdio: ['pipe', 'pipe', 'inherit'], env })
  const ended = new Promise((resolve) => child.once('close', resolve))
  let output = ''
  const took = await new Promise<number>((resolve, reject) => {
    child.stdout.on('data', (chunk: Buffer) => {
      output += chunk
      if (output.includes('"id":"list"')) resolve(performance.now() - begun)
    })
    void ended.then(() => reject(new Error(`${args.join(' ')} never listed its tools`)))
    child.stdin.write(hello + list)
  })
  child.stdin.end()
  await ended
  return took
}

async function untilExit(args: readonly string[]): Promise<number> {
  const begun = performance.now()
  const child = spawn(process.execPath, args, { stdio: 'ignore' })
  await new Promise((resolve) => child.once('close', resolve))
  return performance.now() - begun
}

async function withEmptyCache(measure: (cache: string) => Promise<number>): Promise<number> {
  const cache = mkdtempSync(join(tmpdir(), 'fastmcp-bench-'))
  const took = await measure(cache)
  // What the first start does for the second must be over before the next measurement begins.
  await untilBundled(cache)
  rmSync(cache, { recursive: true, force: true })
  return took
}

async function untilBundled(cache: string): Promise<void> {
  const there = (pattern: RegExp) => readdirSync(cache).some((name) => pattern.test(name))
  for (let waited = 0; waited < 15_000; waited += 50) {
    if (there(/^packages-\w+\.json$/) && !there(/\.lock$/)) return
    await delay(50)
  }
}

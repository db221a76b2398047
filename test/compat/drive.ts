import { readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { isDeepStrictEqual } from 'node:util'
import { cachedModules } from '../../scripts/npm-cache.mjs'
import { clientV1, connectV1, connectV2, type Target } from '../support/clients.ts'
import { allowInstalls } from '../support/limits.ts'
import { fastmcp, serveHttp, serveSse } from '../support/program.ts'
import { seenBy } from '../support/seen.ts'
import type { PublicServer } from './servers.ts'

allowInstalls()

/** What a server says under one way of starting it: its tools, or why it said none. */
export type Said = { tools: string[] } | { fault: string }

export interface Compared {
  package: string
  version: string
  node: Said
  stdio: Said
  http: Said
  sse: Said
  /** What `inspect --json` says, set against all that an official client sees under plain Node. */
  inspect: Inspected
}

export type Inspected = { said: unknown; seen: unknown } | { fault: string }

/** Installs a public server, and asks two clients at once for its tools under plain Node and under the runner. */
export async function compare(server: PublicServer): Promise<Compared> {
  const { folder, file, version } = install(server)
  const { args = [], env = {} } = server
  const run = ['run', '--load-timeout', '40', file]
  const started = { env, cwd: folder }
  return {
    package: server.package,
    version,
    node: await said(() => toolsOf({ stdio: args, program: file, ...started }, 1)),
    stdio: await said(() => toolsOf({ stdio: [...run, '--', ...args], ...started }, 2)),
    http: await said(async () => {
      await using served = await serveHttp(file, ['--load-timeout', '40', '--', ...args], started)
      return await toolsOf({ http: served.url }, 2)
    }),
    sse: await said(async () => {
      await using served = await serveSse(file, ['--load-timeout', '40', '--', ...args], started)
      return await toolsOf({ sse: served.url }, 2)
    }),
    inspect: await inspected(file, args, started),
  }
}

/** Whether the runner gave what plain Node gave, on every transport. */
export const isSame = ({ node, stdio, http, sse }: Compared): boolean =>
  'tools' in node &&
  [stdio, http, sse].every((one) => 'tools' in one && one.tools.join() === node.tools.join())

export const inspectsSame = ({ inspect }: Compared): boolean =>
  !('fault' in inspect) && isDeepStrictEqual(inspect.said, inspect.seen)

async function inspected(
  file: string,
  args: readonly string[],
  started: { env: Record<string, string>; cwd: string },
): Promise<Inspected> {
  try {
    const client = await connectV2({ stdio: args, program: file, ...started })
    const seen = await seenBy(client).finally(() => client.close())
    const words = ['inspect', file, '--json', '--load-timeout', '40', '--', ...args]
    const { code, stdout, stderr } = await fastmcp(words, { ...started, limit: 60_000 })
    if (code !== 0) return { fault: stderr.slice(0, 600) }
    const { eras: _eras, ...said } = JSON.parse(stdout)
    return { said, seen }
  } catch (error) {
    return { fault: faultOf(error) }
  }
}

async function said(ask: () => Promise<string[]>): Promise<Said> {
  try {
    return { tools: await ask() }
  } catch (error) {
    return { fault: faultOf(error) }
  }
}

const faultOf = (error: unknown) => (error instanceof Error ? error.message : String(error)).slice(0, 600)

async function toolsOf(target: Target, count: number): Promise<string[]> {
  const clients = Array.from({ length: count }, (_, index) => clientV1(`client-${index}`))
  try {
    const lists = await Promise.all(
      clients.map(async (client) => {
        await connectV1(target, client)
        const { tools } = await client.listTools(undefined, { timeout: 40_000 })
        return tools.map(({ name }) => name).sort()
      }),
    )
    const [first = [], ...others] = lists
    const other = others.find((list) => list.join() !== first.join())
    if (other) throw new Error(`two clients saw ${first.length} and ${other.length} tools`)
    return first
  } finally {
    await Promise.all(clients.map((client) => client.close().catch(() => undefined)))
  }
}

function install({ package: name, bin: wanted }: PublicServer): {
  folder: string
  file: string
  version: string
} {
  const modules = cachedModules(`compat-${name.replace(/\W+/g, '-')}`, name)
  const home = join(modules, name)
  const { bin, version } = JSON.parse(readFileSync(join(home, 'package.json'), 'utf8')) as {
    bin: string | Record<string, string>
    version: string
  }
  const path = typeof bin === 'string' ? bin : (bin[wanted ?? ''] ?? Object.values(bin)[0] ?? '')
  return { folder: dirname(modules), file: join(home, path), version }
}

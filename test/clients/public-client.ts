import assert from 'node:assert/strict'
import { after, before, describe, type TestContext, test } from 'node:test'
import { nodeOf } from '../../scripts/node-versions.mjs'
import { cachedModules } from '../../scripts/npm-cache.mjs'
import type { Target } from '../support/clients.ts'
import { allowInstalls } from '../support/limits.ts'
import { run, serveHttp, serveSse } from '../support/program.ts'
import { Project } from '../support/project.ts'

allowInstalls()

/** A client that others wrote, as it is installed from npm. */
export interface PublicClient {
  name: string
  package: string
  /** The oldest major version of Node that it runs on. */
  node: number
  transports: readonly ('stdio' | 'http' | 'sse')[]
  /** The version of the protocol that it should come to over HTTP, where it can tell. */
  version?: string
  /** Lists the tools, and asks for the `forecast` of the `trip`. */
  ask(target: Target, installed: Installed): Promise<Asked>
}

export const trip = { city: 'Oslo', days: 2 }

/** What a client has seen of a server, and maybe the version of the protocol that they spoke. */
export interface Asked {
  tools: string[]
  forecast: unknown
  version?: string
}

/** A client's packages, a Node that runs it, and a home of its own. */
export interface Installed {
  modules: string
  node: string
  home: string
}

/** Each client at a server of our library and one of each SDK, over every transport that the client has. */
export function testAtServers(clients: readonly PublicClient[]): void {
  for (const file of ['examples/weather.ts', 'examples/weather-v1.ts', 'examples/weather-v2.ts']) {
    describe(file, { concurrency: 3 }, () => {
      const served: Awaited<ReturnType<typeof serveHttp>>[] = []
      const targets: Record<string, Target> = { stdio: { stdio: ['run', file] } }
      before(async () => {
        const http = await serveHttp(file)
        served.push(http)
        const sse = await serveSse(file)
        served.push(sse)
        Object.assign(targets, { http: { http: http.url }, sse: { sse: sse.url } })
      })
      after(() => Promise.all(served.map((one) => one[Symbol.asyncDispose]())))
      for (const client of clients) {
        for (const transport of client.transports) {
          test(`${client.name} lists and calls over ${transport}`, async (t) => {
            const target = targets[transport]
            assert.ok(target)
            using home = new Project({})
            const installed = install(client, home.folder, t)
            if (!installed) return
            const { tools, forecast, version } = await client.ask(target, installed)
            assert.deepEqual(tools.sort(), ['forecast', 'survey', 'trip', 'whoami'])
            assert.deepEqual(forecast, { city: 'Oslo', degrees: [4, 6] })
            if (transport === 'http') assert.equal(version, client.version)
          })
        }
      }
    })
  }
}

/** Installs a client, if it is not yet; without npm its test is skipped with a word, and there is nothing to run. */
export function install(
  { package: spec, node: oldest }: Pick<PublicClient, 'package' | 'node'>,
  home: string,
  t: TestContext,
): Installed | undefined {
  const found = known.get(spec) ?? look(spec, oldest)
  known.set(spec, found)
  if ('missing' in found) t.skip(found.missing)
  return 'missing' in found ? undefined : { ...found, home }
}

type Found = Omit<Installed, 'home'> | { missing: string }
// Without a network npm takes its time to say so: it is asked once for each package.
const known = new Map<string, Found>()

function look(spec: string, oldest: number): Found {
  try {
    const modules = cachedModules(`client-${spec.replace(/\W+/g, '-')}`, spec)
    const here = Number(process.versions.node.split('.')[0]) >= oldest
    return { modules, node: here ? process.execPath : nodeOf('24') }
  } catch (error) {
    return { missing: `npm cannot be reached: ${String(error).slice(0, 100)}` }
  }
}

/** Where a client that is reached by URL should go. */
export const urlOf = (target: Exclude<Target, { stdio: unknown }>): string =>
  ('http' in target ? target.http : target.sse).href

/** What a client's program prints. */
export async function outputOf(
  { node, home }: Installed,
  script: string,
  words: readonly string[],
  limit = 60_000,
): Promise<string> {
  const env = { HOME: home, USERPROFILE: home, XDG_CONFIG_HOME: home, MCPC_HOME_DIR: home }
  const { code, stdout, stderr } = await run(node, [script, ...words], { env, limit })
  assert.equal(code, 0, `${words.join(' ')}\n${stdout}\n${stderr}`)
  return stdout
}

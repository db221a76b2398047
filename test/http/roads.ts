import { type Host, hosts, serveMounted } from '../support/mounted.ts'
import { listening, root, type Started, startFastmcp } from '../support/program.ts'

/** A way for requests to come to a server with the tools `echo`, `local`, `wait` and `probe`. */
export interface Road {
  name: string
  sdk: 'FastMCP' | 'v1' | 'v2'
  /** Whether Host names and paths are the runner's own business, not those of a host of the user's. */
  own: boolean
  sessions: boolean
  /** Whether every answer is one JSON body. */
  json: boolean
  start(): Promise<Started & { url: URL }>
}

const fixtures = { FastMCP: 'routes', v1: 'echo-v1', v2: 'echo-v2' }
const fixture = (name: string) => `${root}test/fixtures/http/${name}.ts`

/** One server each, for all that is asked on its road. */
export const roads: Road[] = [
  ...(['FastMCP', 'v1', 'v2'] as const).map((sdk) => fastmcp(sdk, 'run')),
  ...(['FastMCP', 'v1', 'v2'] as const).map((sdk) => fastmcp(sdk, 'dev')),
  { ...fastmcp('FastMCP', 'run', '--json-response'), json: true },
  { ...fastmcp('FastMCP', 'run', '--stateless'), sessions: false },
  ...hosts.map((host) => mounted(host)),
]

function fastmcp(sdk: Road['sdk'], command: 'run' | 'dev', ...options: string[]): Road {
  const file = fixture(fixtures[sdk])
  const more = command === 'dev' ? ['--no-inspector'] : []
  return {
    name: [sdk === 'FastMCP' ? sdk : `SDK ${sdk}`, 'by', command, ...options].join(' '),
    sdk,
    own: true,
    sessions: true,
    json: false,
    start: () => listening(startFastmcp([command, file, '-t', 'http', '-p', '0', ...more, ...options])),
  }
}

function mounted(host: Host): Road {
  return {
    name: `FastMCP mounted in ${host}`,
    sdk: 'FastMCP',
    own: false,
    sessions: true,
    json: false,
    start: () => serveMounted(host, fixture(fixtures.FastMCP)),
  }
}

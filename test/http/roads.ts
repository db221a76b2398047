import { type Host, serveMounted } from '../support/mounted.ts'
import { listening, root, type Started, startFastmcp } from '../support/program.ts'
import { whole } from '../support/whole.ts'

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

const often: Road[] = [
  fastmcp('FastMCP', 'run'),
  fastmcp('v2', 'run'),
  fastmcp('FastMCP', 'dev'),
  { ...fastmcp('FastMCP', 'run', '--stateless'), sessions: false },
  mounted('node:http'),
  mounted('Hono'),
]

/** One server each, for all that is asked on its road; those that differ least from others only when all are wanted. */
export const roads: readonly Road[] = whole
  ? [
      ...often,
      fastmcp('v1', 'run'),
      fastmcp('v1', 'dev'),
      fastmcp('v2', 'dev'),
      { ...fastmcp('FastMCP', 'run', '--json-response'), json: true },
      mounted('Express'),
    ]
  : often

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

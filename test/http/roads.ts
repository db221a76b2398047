import { root, type Started, start, startFastmcp } from '../support/program.ts'

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

export const roads: Road[] = [
  ...(['FastMCP', 'v1', 'v2'] as const).map((sdk) => fastmcp(sdk, 'run')),
  ...(['FastMCP', 'v1', 'v2'] as const).map((sdk) => fastmcp(sdk, 'dev')),
  { ...fastmcp('FastMCP', 'run', '--json-response'), json: true },
  { ...fastmcp('FastMCP', 'run', '--stateless'), sessions: false },
  ...['Hono', 'Express', 'node:http'].map(mounted),
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

function mounted(host: string): Road {
  const env = { MOUNTED_IN: host }
  return {
    name: `FastMCP mounted in ${host}`,
    sdk: 'FastMCP',
    own: false,
    sessions: true,
    json: false,
    start: () => listening(start(process.execPath, ['--import', 'tsx', fixture('mounted')], { env })),
  }
}

async function listening(started: Started) {
  const [, url = ''] = await started.until(/listening on (\S+)/).catch(async (error: unknown) => {
    await started[Symbol.asyncDispose]()
    throw error
  })
  return Object.assign(started, { url: new URL(url) })
}

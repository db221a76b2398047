/** Each of these shapes on each of these journeys. */
export interface Cells {
  readonly shapes: readonly string[]
  readonly journeys: readonly string[]
}

export const run = ['run-stdio', 'run-http', 'run-sse']
export const dev = ['dev-stdio', 'dev-http', 'dev-sse']
export const reload = ['reload-stdio', 'reload-http', 'reload-sse']
export const build = ['build-stdio', 'build-http', 'build-sse']

/** What every server can be taken on, whatever it can do beside answering. */
export const everyServer = [
  ...run,
  ...dev,
  ...reload,
  ...build,
  'inspect',
  'inspect-check',
  'list',
  'call',
  'install',
  'exec',
  'url',
  'mcp-json',
]

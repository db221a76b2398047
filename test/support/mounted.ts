import { listening, type RunOptions, root, start } from './program.ts'

/** Hosts of somebody else's that a server is mounted in. */
export type Host = 'Hono' | 'Express' | 'node:http'

/** Starts a host with the FastMCP that a file exports as `mcp` or `server`, and waits until it listens. */
export const serveMounted = (host: Host, file: string, { env, ...options }: RunOptions = {}) =>
  listening(
    start(process.execPath, ['--import', 'tsx', `${root}test/fixtures/mounted.ts`], {
      ...options,
      env: { ...env, MOUNTED: file, MOUNTED_IN: host },
    }),
  )

import { fileURLToPath } from 'node:url'
import { ChildUpstream } from '../gateway/child-upstream.ts'
import { gatewaySource } from '../gateway/gateway-source.ts'
import { Reaper } from '../gateway/reaper.ts'
import type { Log } from '../serve/serve-options.ts'
import type { ServerSource } from '../source.ts'
import { wholeEnvironment } from '../whole-environment.ts'

/**
 * The command that serves a spec on stdio, for servers that serve themselves once they are started. The environment is
 * that of this process.
 * @param flags further options of `fastmcp run`.
 */
export const runnerFor = (spec: string, flags: readonly string[], userArgs: readonly string[]) => ({
  command: process.execPath,
  args: [
    fileURLToPath(new URL('../bin/fastmcp.js', import.meta.url)),
    ...['run', spec, '--transport', 'stdio', ...flags, '--', ...userArgs],
  ],
  env: wholeEnvironment(),
})

/** A source whose servers are processes of their own, one for each conversation. */
export function runnerSource(spec: string, userArgs: readonly string[], log: Log): ServerSource {
  const command = runnerFor(spec, [], userArgs)
  const reaper = new Reaper(new URL('./reaper.js', import.meta.url), log)
  const destination = {
    label: spec,
    connect: async () => new ChildUpstream(command, { reaper, log }),
    close: async () => reaper.close(),
  }
  return gatewaySource(destination, log)
}

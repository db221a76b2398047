import { runOptions } from '../../options/run-options.ts'
import { externalServerOf } from '../../runner/external-server.ts'
import { serveInMemory } from '../../serve/serve-in-memory.ts'
import { Output } from '../../terminal/output.ts'
import { withRemote } from './remote-target.ts'
import type { TargetOptions, Use } from './use-client.ts'

/** Uses all servers of an `mcp.json` as the one server that `fastmcp run` makes of them. */
export async function withSeveral(spec: string, options: TargetOptions, use: Use): Promise<number> {
  const { given, userArgs } = options
  const server = await externalServerOf({ spec, given, userArgs: [...userArgs], help: false }, process.env)
  const output = new Output('warning', 'text')
  const said = new Set<string>()
  // One command is several conversations, and each would say again which server is down.
  const log: Output['log'] = (level, message) => {
    if (!said.has(message)) output.log(level, message)
    said.add(message)
  }
  const limits = { maxBody: undefined, maxProcesses: runOptions.maxProcesses.default }
  const source = server?.open(log, limits).source
  return withRemote(source && serveInMemory(source, log, () => source.close()), spec, options, use)
}

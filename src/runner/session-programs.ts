import type { Settings } from '../options/settings.ts'
import type { ServerSource } from '../protocol/source.ts'
import type { Command } from '../remote/program/child-upstream.ts'
import type { Log } from '../serve/serve-options.ts'

/** Serves a server whose own `run()` supports only stdio over HTTP, with one process per session. */
export async function sessionPrograms(
  command: Command,
  { maxBody, maxProcesses }: Settings,
  log: Log,
): Promise<ServerSource> {
  log('info', 'its run() opens no port: each session has a process of its own')
  const { programSource } = await import('./program-source.ts')
  return programSource(command, log, { maxBody: maxBody.value, maxProcesses: maxProcesses.value })
}

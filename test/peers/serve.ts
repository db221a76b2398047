import { type Started, startFastmcp } from '../support/program.ts'
import type { Peer } from './peer.ts'

/** Serves a server over HTTP, and waits until the program says where: the server itself may listen elsewhere, and say so. */
export async function serve(
  command: 'run' | 'dev',
  { entry, args, folder: cwd, env }: Peer,
): Promise<Started & { url: URL }> {
  const flags = [...(command === 'dev' ? ['--no-inspector'] : []), '-t', 'http', '-p', '0']
  const words = [command, entry, ...flags, '--load-timeout', '60', '--', ...args]
  const started = startFastmcp(words, { cwd, env: { ...env } })
  const [, url = ''] = await started.until(/fastmcp: listening on (http\S+)/)
  return Object.assign(started, { url: new URL(url) })
}

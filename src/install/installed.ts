import { existsSync } from 'node:fs'
import { resolve } from 'node:path'
import { isRecord } from '../protocol/jsonrpc.ts'
import { here } from './client-paths.ts'
import { openConfig } from './config-file.ts'
import { type HostClient, hostClients, type ServerEntry } from './host-clients.ts'

/** A server that a client is configured with. */
export interface Installed {
  client: HostClient
  name: string
  entry: ServerEntry
  file: string
}

/**
 * Every server that the known clients are configured with, those of this folder first.
 * @param onBroken is told of files that cannot be read; the others still count.
 */
export async function installedServers(
  cwd: string,
  onBroken: (error: unknown) => void,
): Promise<Installed[]> {
  const found: Installed[] = []
  for (const client of hostClients) {
    for (const file of filesOf(client, cwd)) {
      if (!existsSync(file)) continue
      try {
        const { servers, config } = await openConfig(client, file)
        const all = { ...servers, ...client.ofFolder?.(config, cwd) }
        for (const [name, value] of Object.entries(all)) {
          const entry = entryOf(value)
          const known = found.some((one) => one.client === client && one.name === name)
          if (entry && !known) found.push({ client, name, entry, file })
        }
      } catch (error) {
        onBroken(error)
      }
    }
  }
  return found
}

const filesOf = (client: HostClient, cwd: string): string[] => [
  ...(client.workspaceFile === undefined ? [] : [resolve(cwd, client.workspaceFile)]),
  client.file(here()),
]

/** The many spellings that clients have for a command or an address. */
function entryOf(value: unknown): ServerEntry | undefined {
  if (!isRecord(value)) return undefined
  // Zed has written the command as an object of its path, arguments and variables.
  if (isRecord(value.command)) return entryOf({ ...value.command, command: value.command.path })
  const { command = value.cmd, args, env = value.envs, cwd, headers = value.http_headers } = value
  const url = value.url ?? value.httpUrl ?? value.serverUrl ?? value.uri
  if (typeof url === 'string') {
    const sse = value.type === 'sse' && { type: 'sse' as const }
    return { url, ...sse, ...(isRecord(headers) && { headers: texts(headers) }) }
  }
  if (typeof command !== 'string') return undefined
  return {
    command,
    args: Array.isArray(args) ? args.map(String) : [],
    ...(isRecord(env) && { env: texts(env) }),
    ...(typeof cwd === 'string' && { cwd }),
  }
}

const texts = (map: Record<string, unknown>) =>
  Object.fromEntries(Object.entries(map).map(([key, value]) => [key, String(value)]))

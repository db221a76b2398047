import { existsSync } from 'node:fs'
import { resolve } from 'node:path'
import { withVariables } from '../files/environment.ts'
import { installedPackage } from '../loader/package-entry.ts'
import { shown } from '../options/option.ts'
import { isRecord } from '../protocol/jsonrpc.ts'
import { usageError } from '../terminal/errors.ts'
import { nearest } from '../terminal/nearest.ts'
import { nextCommand } from '../terminal/shell-command.ts'
import { openConfig } from './config-file.ts'
import { type HostClient, here, hostClients, type ServerEntry } from './host-clients.ts'

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

/**
 * The server that `@cursor/name` means; `undefined` when the first part is no client, so that it may be a package.
 * @throws CliError (exit 2) when the client has no such server, or its entry needs a variable that is not set; when
 * the client is a mistyped one, and nothing else has this name.
 */
export async function configuredServer(spec: string): Promise<ServerEntry | undefined> {
  const [, client = '', name = ''] = /^@([\w-]+)\/(.+)$/.exec(spec) ?? []
  const known = hostClients.find((one) => one.name === client)
  if (!known) return refuseMistyped(spec, client, name)
  let broken: unknown
  const all = await installedServers(process.cwd(), (error) => {
    broken = error
  })
  const own = all.filter((one) => one.client === known)
  const found = own.find((one) => one.name === name)
  if (found) return withVariables(found.entry, process.cwd(), `${found.file}: ${name}`)
  if (broken) throw broken
  const names = own.map((one) => one.name)
  const near = nearest(name, names)
  throw usageError(
    `${known.title} has no server "${shown(name)}"${near ? `. Did you mean ${near}?` : ''}`,
    `  it has ${names.length > 0 ? names.map(shown).join(', ') : 'none'}; ${nextCommand('discover')} lists all`,
  )
}

/** A name that is close to a client's may still be the scope of a package, or a folder. */
function refuseMistyped(spec: string, client: string, name: string): undefined {
  const near = nearest(
    client,
    hostClients.map((one) => one.name),
  )
  const [file = spec] = spec.split(':', 1)
  if (near === undefined || existsSync(file) || installedPackage(file, process.cwd())) return
  const meant = shown(`@${near}/${name}`)
  throw usageError(
    `unknown client "${shown(client)}". Did you mean ${meant}?`,
    `  ${shown(spec)} is neither a file nor an installed package; ${nextCommand('discover')} lists all servers`,
  )
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

import { statSync } from 'node:fs'
import { basename, join, resolve } from 'node:path'
import { shown } from '../options/option.ts'
import { usageError } from '../terminal/errors.ts'
import { nearest } from '../terminal/nearest.ts'
import { here } from './client-paths.ts'
import { type HostClient, hostClients } from './host-clients.ts'

/**
 * The client that is called by this name.
 * @throws CliError (exit 2) when there is none, naming the nearest.
 */
export function hostClientNamed(name: string, more: readonly string[] = []): HostClient {
  const found = hostClients.find((client) => client.name === name)
  if (found) return found
  const names = [...hostClients.map((client) => client.name), ...more]
  if (name === '') throw usageError('name the client', `  known are ${names.join(', ')}`)
  if (/\.[cm]?[jt]sx?(:\w+)?$/.test(name))
    throw usageError(
      `name the client before the server: cursor ${shown(name)}`,
      `  known are ${names.join(', ')}`,
    )
  const near = nearest(name, names)
  throw usageError(
    `there is no client "${shown(name)}"${near ? `. Did you mean ${near}?` : ''}`,
    `  known are ${names.join(', ')}`,
  )
}

/** The file to edit: the one that was named, that of this folder, or that of the account. */
export function fileOf(
  client: HostClient,
  options: { config: string | undefined; workspace: boolean },
): string {
  if (options.config !== undefined) {
    const named = resolve(options.config)
    if (!isFolder(named)) return named
    const file = join(options.config, basename(client.file(here())))
    throw usageError(`--config ${shown(options.config)} is a folder`, `  name the file: ${shown(file)}`)
  }
  if (!options.workspace) return client.file(here())
  if (client.workspaceFile === undefined)
    throw usageError(`${client.title} has no file of a folder; leave --workspace out`)
  return resolve(client.workspaceFile)
}

function isFolder(path: string): boolean {
  try {
    return statSync(path).isDirectory()
  } catch {
    return false
  }
}

import { statSync } from 'node:fs'
import { basename, join, resolve } from 'node:path'
import type { ValuesOf } from '../options/command-line.ts'
import type { installOptions } from '../options/install-options.ts'
import { shown } from '../options/option.ts'
import { usageError } from '../terminal/errors.ts'
import { nearest } from '../terminal/nearest.ts'
import { nextCommand, shellWord } from '../terminal/shell-command.ts'
import { type HostClient, here, hostClients } from './host-clients.ts'

type Values = ValuesOf<typeof installOptions>

/**
 * The client that is called by this name.
 * @throws CliError (exit 2) when there is none, naming the nearest.
 */
export function hostClientNamed(name: string, more: readonly string[] = []): HostClient {
  const found = hostClients.find((client) => client.name === name)
  if (found) return found
  const names = [...hostClients.map((client) => client.name), ...more]
  if (name === '') throw usageError('name the client', `  available: ${names.join(', ')}`)
  if (/\.[cm]?[jt]sx?(:\w+)?$/.test(name))
    throw usageError(
      `name the client before the server: cursor ${shown(name)}`,
      `  available: ${names.join(', ')}`,
    )
  const near = nearest(name, names)
  throw usageError(
    `unknown client "${shown(name)}"${near ? `. Did you mean ${near}?` : ''}`,
    `  available: ${names.join(', ')}`,
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
    throw usageError(`${client.title} has no configuration per project; leave --workspace out`)
  return resolve(client.workspaceFile)
}

/** What is typed to take a server out of the very file that it has been written to. */
export const undoCommand = (client: HostClient, name: string, path: string, values: Values): string =>
  typed(['uninstall', client.name, name, ...wordsFor(client, path, values)])

/** What is typed to have the entry of the same server printed. Values of variables are not repeated: they may be secret. */
export function entryCommand(
  [spec = '', ...caller]: readonly string[],
  name: string,
  values: Values,
  userArgs: readonly string[],
): string {
  return typed([
    ...['install', 'mcp-json'],
    ...(values.exec === undefined ? [] : ['--exec', values.exec]),
    ...(spec === '' ? [] : [spec]),
    ...caller,
    ...['--name', name],
    ...(values.dev ? ['--dev'] : []),
    ...values.envFile.flatMap((file) => ['--env-file', file]),
    ...values.require.flatMap((module) => ['--require', module]),
    ...values.import.flatMap((module) => ['--import', module]),
    ...(userArgs.length > 0 ? ['--', ...userArgs] : []),
  ])
}

function isFolder(path: string): boolean {
  try {
    return statSync(path).isDirectory()
  } catch {
    return false
  }
}

function wordsFor(client: HostClient, path: string, { config, workspace }: Values): string[] {
  if (config === undefined && workspace) return ['--workspace']
  // A variable that was set for this one command leads the next one elsewhere.
  return config === undefined && path === client.file({ ...here(), env: {} }) ? [] : ['--config', path]
}

const typed = (words: readonly string[]) => nextCommand(words.map(shellWord).join(' '))

import type { ValuesOf } from '../options/command-line.ts'
import type { installOptions } from '../options/install-options.ts'
import { nextCommand, shellWord } from '../terminal/shell-command.ts'
import { here } from './client-paths.ts'
import type { HostClient } from './host-clients.ts'

type Values = ValuesOf<typeof installOptions>

/** What is typed to take a server out of the very file that it has been written to. */
export const undoCommand = (client: HostClient, name: string, path: string, values: Values): string =>
  typed(['uninstall', client.name, name, ...wordsFor(client, path, values)])

function wordsFor(client: HostClient, path: string, { config, workspace }: Values): string[] {
  if (config === undefined && workspace) return ['--workspace']
  // A variable that was set for this one command leads the next one elsewhere.
  return config === undefined && path === client.file({ ...here(), env: {} }) ? [] : ['--config', path]
}

/** What is typed to have the entry of the same server printed. Values of variables are not repeated: they may be secret. */
export function entryCommand(
  spec: string,
  name: string,
  values: Values,
  userArgs: readonly string[],
): string {
  return typed([
    ...['install', 'mcp-json'],
    ...(values.exec === undefined ? [] : ['--exec', values.exec]),
    ...(spec === '' ? [] : [spec]),
    ...['--name', name],
    ...(values.dev ? ['--dev'] : []),
    ...values.envFile.flatMap((file) => ['--env-file', file]),
    ...(userArgs.length > 0 ? ['--', ...userArgs] : []),
  ])
}

const typed = (words: readonly string[]) => nextCommand(words.map(shellWord).join(' '))

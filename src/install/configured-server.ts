import { withVariables } from '../files/environment.ts'
import { shown } from '../options/option.ts'
import { usageError } from '../terminal/errors.ts'
import { nearest } from '../terminal/nearest.ts'
import { nextCommand } from '../terminal/shell-command.ts'
import { hostClients, type ServerEntry } from './host-clients.ts'
import { installedServers } from './installed.ts'

/**
 * The server that `@cursor/name` means; `undefined` when the first part is no client, so that it may be a package.
 * @throws CliError (exit 2) when the client has no such server, or its entry needs a variable that is not set.
 */
export async function configuredServer(spec: string): Promise<ServerEntry | undefined> {
  const [, client, name = ''] = /^@([a-z-]+)\/(.+)$/.exec(spec) ?? []
  const known = hostClients.find((one) => one.name === client)
  if (!known) return undefined
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

import { type ConfigFile, openConfig } from '../install/config-file.ts'
import { editConfig, planUninstall } from '../install/edit-config.ts'
import type { HostClient } from '../install/host-clients.ts'
import { fileOf, hostClientNamed } from '../install/named-client.ts'
import { allWords, parseCommandLine } from '../options/command-line.ts'
import { printHelp } from '../options/help/help-text.ts'
import { uninstallOptions } from '../options/install-options.ts'
import { shown } from '../options/option.ts'
import { valuesOf } from '../options/values.ts'
import { exitCodes, usageError } from '../terminal/errors.ts'
import { nearest } from '../terminal/nearest.ts'
import { paint, writeAnswer, writeError } from '../terminal/output.ts'
import { showChange } from './install.ts'

/** `fastmcp uninstall`: takes a server out of a client's configuration. */
export async function run(argv: readonly string[]): Promise<number> {
  const line = parseCommandLine(argv, uninstallOptions)
  if (line.help) return printHelp({ usage, options: uninstallOptions, ending })
  const [clientName = '', name = '', ...extra] = allWords(line)
  if (extra.length > 0) throw usageError(`one server at a time; unexpected argument ${shown(extra[0] ?? '')}`)
  const values = valuesOf(uninstallOptions, line.given, process.env)
  const client = hostClientNamed(clientName)
  const path = fileOf(client, values)
  const plan = (file: ConfigFile) => {
    const names = Object.keys(file.servers)
    if (!names.includes(name)) throw noSuchServer(client, name, names)
    return planUninstall(client, file, name)
  }
  const file = await openConfig(client, path)
  const change = plan(file)
  if (values.dryRun) {
    return showChange(file.path, change, (text) => Promise.resolve(writeAnswer(text)))
  }
  await editConfig(client, path, plan)
  writeError(`${paint.accent('✔')} ${name} removed from ${client.title} (${file.path})`)
  return exitCodes.ok
}

function noSuchServer({ title }: HostClient, name: string, names: readonly string[]) {
  const near = nearest(name, names)
  const what = name === '' ? 'name the server' : `${title} has no server "${shown(name)}"`
  const hint = near ? `. Did you mean ${near}?` : ''
  return usageError(what + hint, `  it has ${names.length > 0 ? names.map(shown).join(', ') : 'none'}`)
}

const usage = `Usage: fastmcp uninstall <client> <name> [options]

Removes a server from a client's configuration file. Everything else in that file stays as it is.

  fastmcp uninstall cursor weather`

const ending = `Exit codes: 0 removed, 1 client file is invalid or cannot be written, 2 wrong usage or no such server.`

import { homedir } from 'node:os'
import { type Installed, installedServers } from '../install/configured-servers.ts'
import type { ServerEntry } from '../install/host-clients.ts'
import { allWords, parseCommandLine } from '../options/command-line.ts'
import { printHelp } from '../options/help/help-text.ts'
import { discoverOptions } from '../options/install-options.ts'
import { shown } from '../options/option.ts'
import { valuesOf } from '../options/values.ts'
import { exitCodes, messageOf, usageError } from '../terminal/errors.ts'
import { answerText, column, say, writeAnswer } from '../terminal/output.ts'
import { oneLine, safeJson } from '../terminal/printable.ts'
import { shellWord } from '../terminal/shell-command.ts'

/** `fastmcp discover`: the servers that clients on this machine are configured with. */
export async function run(argv: readonly string[]): Promise<number> {
  const line = parseCommandLine(argv, discoverOptions)
  if (line.help) return printHelp({ usage, options: discoverOptions, ending })
  const [word] = allWords(line)
  if (word !== undefined) throw usageError(`discover takes no arguments; remove ${shown(word)}`)
  const { json } = valuesOf(discoverOptions, line.given, process.env)
  const found = await installedServers(process.cwd(), (error) => say(messageOf(error)))
  writeAnswer(json ? `${safeJson(found.map(asJson), 2)}\n` : answerText(asText(found)))
  return exitCodes.ok
}

/** Values of variables are often secrets; their names are enough to know the server by. */
const asJson = ({ client, name, entry, file }: Installed) => ({
  spec: `@${client.name}/${name}`,
  client: client.name,
  name,
  ...withoutSecrets(entry),
  file,
})

function withoutSecrets({ env, headers, ...rest }: ServerEntry) {
  return {
    ...rest,
    ...(env && { env: Object.keys(env) }),
    ...(headers && { headers: Object.keys(headers) }),
  }
}

function asText(found: readonly Installed[]): string {
  if (found.length === 0) return 'no client on this machine is configured with a server\n'
  const files = [...new Set(found.map((one) => one.file))]
  const sections = files.map((file) => {
    const own = found.filter((one) => one.file === file)
    const rows = own.map(({ client, name, entry }): [string, string] => [
      oneLine(`@${client.name}/${name}`),
      oneLine(entry.url ?? [entry.command ?? '', ...(entry.args ?? [])].map(shellWord).join(' ')),
    ])
    return [`${own[0]?.client.title}  ${file.replace(homedir(), '~')}`, ...column(rows)].join('\n')
  })
  return `${sections.join('\n\n')}\n`
}

const usage = `Usage: fastmcp discover [options]

Lists the servers configured in the clients on this machine: Claude Code, Claude Desktop, Cursor, VS Code,
Windsurf, Codex, Gemini CLI, Goose and Zed, user-wide and for this folder.

  fastmcp discover
  fastmcp list @cursor/weather              what one of them offers`

const ending = `Exit codes: 0 listed, 2 wrong usage. Files that cannot be read are reported on stderr; the rest are listed.`

import { withTarget } from '../client/target/with-target.ts'
import { safeName } from '../files/server-name.ts'
import { type ConfigFile, openConfig } from '../install/config-file.ts'
import { type Change, editConfig, planInstall } from '../install/edit-config.ts'
import type { Startable } from '../install/host-clients.ts'
import { type LastingServer, lastingServer, wordsOf } from '../install/lasting-server.ts'
import { isOurs, startableFor } from '../install/launch.ts'
import { entryCommand, fileOf, hostClientNamed, undoCommand } from '../install/named-client.ts'
import { type CommandLine, parseCommandLine, type ValuesOf } from '../options/command-line.ts'
import { printHelp } from '../options/help/help-text.ts'
import { installOptions } from '../options/install-options.ts'
import { shown } from '../options/option.ts'
import { valuesOf } from '../options/values.ts'
import { own } from '../protocol/own.ts'
import { firstFlags, firstModules } from '../runner/plan.ts'
import { CliError, exitCodes, usageError } from '../terminal/errors.ts'
import { paint, say, writeAnswer, writeError } from '../terminal/output.ts'
import { shellWord } from '../terminal/shell-command.ts'
import { diffLines } from '../terminal/text-diff.ts'

type Values = ValuesOf<typeof installOptions>

/** What is printed instead of being written into a client's file. */
const printed = ['mcp-json', 'stdio']

/** `fastmcp install`: writes into a client's configuration how it starts this server. */
export async function run(argv: readonly string[]): Promise<number> {
  const line = parseCommandLine(argv, installOptions)
  if (line.help) return printHelp({ usage, options: installOptions, ending })
  const [clientName = '', typed = '', ...extra] = line.words
  if (extra.length > 0) throw usageError(`one server at a time; unexpected argument ${shown(extra[0] ?? '')}`)
  const values = valuesOf(installOptions, line.given, process.env)
  if (!printed.includes(clientName)) hostClientNamed(clientName, printed)
  const server = lastingServer(typed, { given: line.given, values })
  const startable = startableFor({
    server: wordsOf(server),
    folder: server.folder,
    dev: values.dev,
    env: values.env,
    envFiles: values.envFile,
    first: await firstFlags(firstModules(values, () => process.cwd())),
    userArgs: line.userArgs,
  })
  const finish = (called: string, print: (text: string) => Promise<void>) => {
    const name = safeName(called)
    const byHand = entryCommand([typed, ...(server.caller ?? [])], name, values, line.userArgs)
    return install({ clientName, name, startable, values, byHand, print })
  }
  if (values.name !== undefined || clientName === 'stdio') return finish(values.name ?? server.stem, printNow)
  return underOwnName(server, line, values, finish)
}

interface Installation {
  clientName: string
  name: string
  startable: Startable
  values: Values
  /** The command that prints the entry. */
  byHand: string
  print: (text: string) => Promise<void>
}

async function install({
  clientName,
  name,
  startable,
  values,
  byHand,
  print,
}: Installation): Promise<number> {
  if (clientName === 'stdio') {
    await print(`${[startable.command, ...startable.args].map(shellWord).join(' ')}\n`)
    return exitCodes.ok
  }
  if (clientName === 'mcp-json') {
    await print(`${JSON.stringify({ mcpServers: { [name]: startable } }, null, 2)}\n`)
    return exitCodes.ok
  }
  const client = hostClientNamed(clientName)
  const path = fileOf(client, values)
  const plan = (file: ConfigFile) => {
    const other = own(file.servers, name)
    if (other !== undefined && !isOurs(other) && !values.force) {
      throw usageError(
        `${client.title} has another server called ${name}`,
        '  give this one another --name, or add --force to replace that one',
      )
    }
    return planInstall(client, file, [name, client.write(startable, name)], byHand)
  }
  const file = await openConfig(client, path)
  const change = plan(file)
  if (values.dryRun) return showChange(file.path, change, print)
  const same = change.after === file.text
  const state = same ? 'was already' : own(file.servers, name) === undefined ? 'is' : 'was replaced'
  if (!same) await editConfig(client, path, plan)
  writeError(`${paint.accent('✔')} ${name} ${state} in ${client.title} (${file.path})`)
  if (!same)
    writeError(
      `  restart ${client.title} if it is running; undo: ${undoCommand(client, name, file.path, values)}`,
    )
  const unset = unsetVariables(startable, values)
  if (unset.length > 0)
    writeError(`  it needs ${unset.join(' and ')}, which ${client.title} does not set: add --env-file .env`)
  return exitCodes.ok
}

/** The variables with secrets that the entry names, and nobody sets: a program with windows has not those of the shell. */
function unsetVariables({ args, env }: Startable, { bearerEnv, clientSecretEnv, envFile }: Values): string[] {
  if (envFile.length > 0) return []
  const named = [bearerEnv, clientSecretEnv].flatMap((name) => name ?? [])
  return named.filter((name) => args.includes(name) && !Object.hasOwn(env, name))
}

export async function showChange(
  path: string,
  { before, after }: Change,
  print: (text: string) => Promise<void>,
): Promise<number> {
  await print(`${diffLines(path, before, after).join('\n')}\n`)
  return exitCodes.ok
}

/** Asks the server for its name, which shows at once whether it starts; one that does not is named by its file. */
async function underOwnName(
  { spec, exec, caller, stem }: LastingServer,
  line: CommandLine<keyof typeof installOptions>,
  values: Values,
  finish: (name: string, print: (text: string) => Promise<void>) => Promise<number>,
): Promise<number> {
  const { env, envFile, import: imports, require: requires, loadTimeout } = line.given
  const loading = { env, envFile, import: imports, require: requires, loadTimeout }
  const given = Object.fromEntries(Object.entries(loading).filter(([, one]) => one !== undefined))
  const common = { given, userArgs: line.userArgs, header: {}, access: values, timeout: values.loadTimeout }
  const options = exec === undefined ? common : { ...common, exec }
  let began = false
  try {
    return await withTarget(spec, options, ({ client, print }) => {
      began = true
      const { name } = client.getServerVersion() ?? {}
      return finish(name ?? stem, print)
    })
  } catch (error) {
    if (began || !(error instanceof CliError)) throw error
    say(error.message)
    const why = caller === undefined ? 'it does not start here' : 'it cannot be reached now'
    writeError(`  ${why}, so its entry is called ${safeName(stem)}`)
    return finish(stem, printNow)
  }
}

function printNow(text: string): Promise<void> {
  writeAnswer(text)
  return Promise.resolve()
}

const usage = `Usage: fastmcp install <client> [server|url] [options] [-- arguments for the server]

Adds this server to a client's own configuration file. Everything else in that file stays as it is.

  fastmcp install cursor server.ts
  fastmcp install claude-code . --dev       every save reaches Claude at once
  fastmcp install vscode server.ts --env API_KEY=secret --dry-run
  fastmcp install codex --exec "python3 server.py"
  fastmcp install claude-desktop https://mcp.example.com/mcp
  fastmcp install mcp-json server.ts        prints the entry for any other client

Clients: claude-code, claude-desktop, cursor, vscode, windsurf, codex, gemini-cli, goose, zed; mcp-json and stdio
only print.`

const ending = `Exit codes: 0 installed, 1 client file is invalid or cannot be written, 2 wrong usage, 3 no such server.`

import { existsSync } from 'node:fs'
import { basename, dirname, extname, resolve } from 'node:path'
import { withTarget } from '../client/target/with-target.ts'
import { type ConfigFile, openConfig } from '../install/config-file.ts'
import { type Change, editConfig, planInstall } from '../install/edit-config.ts'
import type { Startable } from '../install/host-clients.ts'
import { isOurs, safeName, startableFor } from '../install/launch.ts'
import { entryCommand, fileOf, hostClientNamed, undoCommand } from '../install/named-client.ts'
import { findEntry, parseSpec } from '../loader/find-entry.ts'
import { type CommandLine, parseCommandLine, type ValuesOf } from '../options/command-line.ts'
import { checkExternal } from '../options/gateway-options.ts'
import { printHelp } from '../options/help/help-text.ts'
import { installOptions } from '../options/install-options.ts'
import { shown } from '../options/option.ts'
import { valuesOf } from '../options/values.ts'
import { own } from '../protocol/own.ts'
import { checkCommand, execCommand } from '../remote/program/exec-command.ts'
import { findProgram } from '../remote/program/find-program.ts'
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
  if (values.exec !== undefined) checkExternal(line.given)
  const { server, folder, stem } = values.exec === undefined ? absolute(typed) : lasting(values, typed)
  const startable = startableFor({
    server,
    folder,
    dev: values.dev,
    env: values.env,
    envFiles: values.envFile,
    first: await firstFlags(firstModules(values, () => process.cwd())),
    userArgs: line.userArgs,
  })
  const finish = (called: string, print: (text: string) => Promise<void>) => {
    const name = safeName(called)
    const byHand = entryCommand(typed, name, values, line.userArgs)
    return install({ clientName, name, startable, values, byHand, print })
  }
  if (values.name !== undefined || clientName === 'stdio') return finish(values.name ?? stem, printNow)
  return underOwnName(server, stem, line, values, finish)
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
  if (!same) await editConfig(client, path, plan)
  writeError(`${paint.accent('✔')} ${name} ${same ? 'was already' : 'is'} in ${client.title} (${file.path})`)
  if (!same)
    writeError(
      `  restart ${client.title} if it is running; undo: ${undoCommand(client, name, file.path, values)}`,
    )
  return exitCodes.ok
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
  [spec = '', exec]: readonly string[],
  stem: string,
  line: CommandLine<keyof typeof installOptions>,
  values: Values,
  finish: (name: string, print: (text: string) => Promise<void>) => Promise<number>,
): Promise<number> {
  const { env, envFile, import: imports, require: requires, loadTimeout } = line.given
  const loading = { env, envFile, import: imports, require: requires, loadTimeout }
  const given = Object.fromEntries(Object.entries(loading).filter(([, one]) => one !== undefined))
  const common = { given, userArgs: line.userArgs, header: {}, timeout: values.loadTimeout }
  const [named, options] = exec === undefined ? [spec, common] : ['', { ...common, exec }]
  let began = false
  try {
    return await withTarget(named, options, ({ client, print }) => {
      began = true
      return finish(client.getServerVersion()?.name ?? stem, print)
    })
  } catch (error) {
    if (began || !(error instanceof CliError)) throw error
    say(error.message)
    writeError(`  it does not start here; installed anyway, as ${safeName(stem)}`)
    return finish(stem, printNow)
  }
}

function printNow(text: string): Promise<void> {
  writeAnswer(text)
  return Promise.resolve()
}

/** The words that name a server wherever the client starts it, and what it is called after and found beside. */
interface Lasting {
  server: string[]
  folder: string
  stem: string
}

/** The command with its program and its files as absolute paths. */
function lasting({ exec = '', dev }: Values, typed: string): Lasting {
  if (dev) throw usageError("--dev watches the server's files, and a command names none: leave it out")
  const { command, args } = execCommand(exec, typed, [])
  checkCommand({ command, args, env: process.env }, '--exec')
  const files = args.map((word) => (existsSync(word) ? resolve(word) : word))
  const own = files.find((word) => existsSync(word)) ?? command
  const program = findProgram(command, process.env, process.cwd()) ?? command
  const text = [program, ...files].map(shellWord).join(' ')
  return { server: ['--exec', text], folder: process.cwd(), stem: basename(own, extname(own)) }
}

/** The spec with an absolute path. */
function absolute(typed: string): Lasting {
  const spec = parseSpec(typed, existsSync)
  const entry = findEntry(spec, process.cwd())
  const path = resolve(spec.target)
  const file = existsSync(path) ? path : entry.file
  const folder = dirname(entry.file)
  const stem =
    path === file && extname(file) === '' ? basename(file) : basename(entry.file, extname(entry.file))
  return { server: [spec.exportName === undefined ? file : `${file}:${spec.exportName}`], folder, stem }
}

const usage = `Usage: fastmcp install <client> [server] [options] [-- arguments for the server]

Adds this server to a client's own configuration file. Everything else in that file stays as it is.

  fastmcp install cursor server.ts
  fastmcp install claude-code . --dev       every save reaches Claude at once
  fastmcp install vscode server.ts --env API_KEY=secret --dry-run
  fastmcp install codex --exec "python3 server.py"
  fastmcp install mcp-json server.ts        prints the entry for any other client

Clients: claude-code, claude-desktop, cursor, vscode, windsurf, codex, gemini-cli, goose, zed; mcp-json and stdio
only print.`

const ending = `Exit codes: 0 installed, 1 client file is invalid or cannot be written, 2 wrong usage, 3 no such server.`

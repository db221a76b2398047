import { existsSync } from 'node:fs'
import { basename, join } from 'node:path'
import { isatty } from 'node:tty'
import { programCommand, scriptCommand } from '../files/package-manager.ts'
import { allWords, parseCommandLine } from '../options/command-line.ts'
import { printHelp } from '../options/help/help-text.ts'
import { initOptions } from '../options/init-options.ts'
import { shown } from '../options/option.ts'
import { valuesOf } from '../options/values.ts'
import { detectManager, finishProject, type InitParts } from '../scaffold/finish-project.ts'
import { gitignoreChange } from '../scaffold/gitignore.ts'
import { forManager } from '../scaffold/manager-files.ts'
import { checkedFolder, checkedName, lookAt, namesIn } from '../scaffold/project-folder.ts'
import { openPrompts } from '../scaffold/prompts.ts'
import { templateFiles } from '../scaffold/template.ts'
import { addFiles, catchStopSignals, writeFolder } from '../scaffold/write-files.ts'
import { exitCodes, messageOf, usageError } from '../terminal/errors.ts'
import { isTerminal, paint, writeError } from '../terminal/output.ts'
import { shellWord } from '../terminal/shell-command.ts'

/** `fastmcp init`: a new project from a template, or scripts and configuration for one that is there. */
export async function run(argv: readonly string[]): Promise<number> {
  const line = parseCommandLine(argv, initOptions)
  if (line.help) return printHelp({ usage, options: initOptions, ending })
  const [typed, ...extra] = allWords(line)
  if (extra.length > 0) throw usageError(`one folder at a time; unexpected argument ${shown(extra[0] ?? '')}`)
  const values = valuesOf(initOptions, line.given, process.env)
  // Where nobody can answer, or asked not to be asked, the defaults hold.
  const prompts = isTerminal() && isatty(0) && !values.yes ? await openPrompts() : undefined
  const cwd = process.cwd()
  const asked = typed ?? (await prompts?.folder((folder) => faultOf(folder, cwd))) ?? 'my-server'
  const folder = checkedFolder(asked, cwd)
  const target = lookAt(folder, cwd)
  const manager = values.pm ?? detectManager(folder, process.env)
  if (target === 'project' && !values.force) {
    const { addToProject } = await import('../scaffold/add-to-project.ts')
    return addToProject(folder, { values, prompts, manager })
  }
  if (target === 'files' && !values.force) {
    throw usageError(
      `${shown(asked)} is not empty: it holds ${namesIn(folder)}`,
      '  choose another folder, or add --force to write beside them; only a .gitignore is added to',
    )
  }
  const name = checkedName(values.name ?? basename(folder))
  const template = values.template ?? (await prompts?.template()) ?? 'basic'
  const files = forManager(templateFiles(template, name), manager, folder)
  using stop = catchStopSignals()
  if (target === 'free') writeFolder(folder, files)
  else addBeside(folder, files)
  writeError(`${paint.accent('✔')} ${shown(asked)}/ created from "${template}" (${files.size} files)`)
  const installed = await finishProject(folder, {
    ...{ values, prompts, manager, signal: stop.signal },
    fresh: target !== 'files' && target !== 'project',
  })
  writeError(nextSteps(asked, { manager, installed, cwd, folder }))
  return exitCodes.ok
}

/** Writes into a folder that holds other files; one that says what git leaves out gets the lines it lacks. */
function addBeside(folder: string, files: ReadonlyMap<string, string>): void {
  const own = existsSync(join(folder, '.gitignore'))
  const change = gitignoreChange(folder)
  const rest = new Map([...files].filter(([path]) => !own || path !== '.gitignore'))
  addFiles(folder, rest, new Map(change ? [['.gitignore', change.after]] : []))
}

function faultOf(folder: string, cwd: string): string | undefined {
  try {
    checkedName(basename(checkedFolder(folder, cwd)))
    const target = lookAt(checkedFolder(folder, cwd), cwd)
    return target === 'files' ? 'that folder is not empty' : undefined
  } catch (error) {
    return messageOf(error)
  }
}

function nextSteps(
  asked: string,
  {
    manager,
    installed,
    cwd,
    folder,
  }: { manager: InitParts['manager']; installed: boolean; cwd: string; folder: string },
): string {
  const rows: [string, string][] = [
    [scriptCommand(manager, 'dev'), 'opens the Inspector; edit src/server.ts and save'],
    [scriptCommand(manager, 'test'), 'calls the server in memory'],
    [programCommand(manager, 'fastmcp install cursor .'), 'use it in Cursor; --dev to keep editing it there'],
  ]
  const width = Math.max(...rows.map(([command]) => command.length)) + 3
  const first = [
    ...(folder === cwd ? [] : [`cd ${shellWord(asked)}`]),
    ...(installed ? [] : [`${manager} install`]),
  ]
  const lines = [...first, ...rows.map(([command, what]) => command.padEnd(width) + what)]
  return `\n${lines.map((line) => `  ${line}`).join('\n')}`
}

const usage = `Usage: fastmcp init [folder] [options]

Creates a project with an MCP server: source, a test, strict types, debugger and client configuration. In an existing
project it adds the missing scripts and configuration.

  fastmcp init weather                  asks for the rest
  fastmcp init weather --yes            takes the defaults
  fastmcp init weather --template sdk   the official SDK only, no fastmcp import
  fastmcp init .                        this folder`

const ending = `Templates
  basic     a server with FastMCP
  sdk       a server with the official SDK v2 only
  sdk-v1    a server with the official SDK v1 only
  http      a web service: routes, health check, token, Dockerfile

Exit codes: 0 created, 1 cannot write, 2 wrong usage or unusable folder, 130 cancelled.`

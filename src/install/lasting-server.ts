import { existsSync } from 'node:fs'
import { basename, dirname, extname, resolve } from 'node:path'
import { findEntry, parseSpec } from '../loader/find-entry.ts'
import { configFor, specText } from '../loader/project-config.ts'
import type { GivenFor, ValuesOf } from '../options/command-line.ts'
import { checkExternal, externalKind } from '../options/gateway-options.ts'
import type { installOptions } from '../options/install-options.ts'
import { loginOptions } from '../options/login-options.ts'
import { flagOf } from '../options/option.ts'
import { checkCommand, execCommand } from '../remote/program/exec-command.ts'
import { findProgram } from '../remote/program/find-program.ts'
import { readServerEntries, serverMapNamed } from '../remote/server-map.ts'
import { httpUrl } from '../remote/url/server-url.ts'
import { usageError } from '../terminal/errors.ts'
import { shellWord } from '../terminal/shell-command.ts'

/** What names a server from wherever a client starts it. */
export interface LastingServer {
  /** A spec with an absolute path, or a URL; empty where a command is the server. */
  spec: string
  /** The command that is the server. */
  exec?: string
  /** The options that say who calls at a URL. */
  caller?: string[]
  /** The folder it belongs to. */
  folder: string
  /** What it is called after as long as it has not said its own name. */
  stem: string
}

/** What stands on the command line that starts it. */
export const wordsOf = ({ spec, exec, caller = [] }: LastingServer): string[] =>
  exec === undefined ? [spec, ...caller] : ['--exec', exec]

/** What was typed beside the server. */
interface Typed {
  given: GivenFor<keyof typeof installOptions>
  values: Pick<ValuesOf<typeof installOptions>, 'exec' | 'dev'>
}

/**
 * The server that was typed, as a client can start it later: a file, a command, a URL or an `mcp.json`.
 * @throws CliError (exit 2) for options that this kind of server has no use for, (exit 3) when there is no such file.
 */
export function lastingServer(typed: string, { given, values }: Typed): LastingServer {
  const { exec, dev } = values
  const kind = exec === undefined ? externalKind(typed) : undefined
  if (kind === 'url') {
    checkReached(given, dev, 'a URL')
    return atUrl(typed, given)
  }
  const useless = loginWords(given)[0]
  if (useless !== undefined) throw usageError(`${useless} is for a server at a URL. Leave it out.`)
  if (exec !== undefined) {
    checkReached(given, dev, 'a command')
    return command(exec, typed)
  }
  if (kind === 'json' && readServerEntries(typed)) {
    checkReached(given, dev, 'an mcp.json')
    return serverMap(typed)
  }
  return file(typed)
}

/** @throws CliError (exit 2) for what only means something to a file that is loaded. */
function checkReached(given: GivenFor<string>, dev: boolean, what: string): void {
  if (dev) throw usageError(`--dev watches the server's files, and ${what} names none: leave it out`)
  checkExternal(given)
}

/** Who calls is said by the names of variables and clients: a secret itself would be in the list of processes. */
function atUrl(typed: string, given: Typed['given']): LastingServer {
  const url = httpUrl(typed)
  if (url.username !== '' || url.password !== '')
    throw usageError(
      'a password in the URL would show in the list of processes',
      '  put the token into a variable of the client: --bearer-env NAME --env NAME=token',
    )
  return { spec: typed, caller: loginWords(given), folder: process.cwd(), stem: url.hostname }
}

/** The options that say who calls at a URL, as they were typed. */
function loginWords(given: Typed['given']): string[] {
  return Object.entries(loginOptions).flatMap(([name, option]) => {
    const one = given[name as keyof typeof loginOptions]
    if (one === undefined) return []
    return one.value === true ? [flagOf(option)] : [flagOf(option), String(one.value)]
  })
}

/** The command with its program and its files as absolute paths. */
function command(exec: string, typed: string): LastingServer {
  const { command: name, args } = execCommand(exec, typed, [])
  checkCommand({ command: name, args, env: process.env }, '--exec')
  const files = args.map((word) => (existsSync(word) ? resolve(word) : word))
  const own = files.find((word) => existsSync(word)) ?? name
  const program = findProgram(name, process.env, process.cwd()) ?? name
  const text = [program, ...files].map(shellWord).join(' ')
  return { spec: '', exec: text, folder: process.cwd(), stem: basename(own, extname(own)) }
}

/** The file of servers with an absolute path, and the one of them that was named. */
function serverMap(typed: string): LastingServer {
  const { file, name } = serverMapNamed(typed) ?? { file: typed, name: undefined }
  const path = resolve(file)
  const spec = name === undefined ? path : `${path}:${name}`
  return { spec, folder: dirname(path), stem: name ?? basename(path, extname(path)) }
}

/** The spec with an absolute path; a `fastmcp.json` is read again whenever a client starts it. */
function file(typed: string): LastingServer {
  const config = configFor(typed, process.cwd())
  const entry = findEntry(parseSpec(specText(typed, config), existsSync), process.cwd())
  const spec = config ? { target: typed, exportName: undefined } : parseSpec(typed, existsSync)
  const path = resolve(spec.target)
  const found = existsSync(path) ? path : entry.file
  return {
    spec: spec.exportName === undefined ? found : `${found}:${spec.exportName}`,
    folder: dirname(entry.file),
    stem: stemOf(found, entry.file),
  }
}

/** What a server is called after: the folder that was named, or that a `fastmcp.json` is in, else its file. */
function stemOf(found: string, file: string): string {
  if (found.endsWith('.json')) return basename(dirname(found))
  return extname(found) === '' ? basename(found) : basename(file, extname(file))
}

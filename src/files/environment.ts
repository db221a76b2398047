import { homedir } from 'node:os'
import { basename, sep } from 'node:path'
import { isRecord } from '../protocol/jsonrpc.ts'
import { own } from '../protocol/own.ts'
import { usageError } from '../terminal/errors.ts'

/**
 * Replaces the variables that clients have in common in an entry of theirs: `${NAME}`, `${env:NAME}`,
 * `${NAME:-default}`, `${workspaceFolder}` and its like.
 * @param folder the folder that the client would have open.
 * @param origin where the entry stands, for messages.
 * @throws CliError (exit 2) when a variable is not set, or only the client can ask for its value.
 */
export function withVariables<T>(value: T, folder: string, origin: string): T {
  const values: Record<string, string> = {
    workspaceFolder: folder,
    workspaceFolderBasename: basename(folder),
    userHome: homedir(),
    pathSeparator: sep,
    '/': sep,
  }
  const replaced = (text: string) =>
    text
      .replace(/\$\{input:([^}]*)\}/g, (_, id: string) => {
        throw usageError(`${origin} needs the input ${id}, which only its client can ask for`)
      })
      .replace(/\$\{(?:env:)?([A-Za-z_]\w*|\/)(?::-([^}]*))?\}/g, (_, name: string, fallback?: string) => {
        const found = own(process.env, name) ?? fallback ?? own(values, name)
        if (found === undefined) throw usageError(`${origin} needs the variable ${name}, which is not set`)
        return found
      })
  const walk = (one: unknown): unknown => {
    if (typeof one === 'string') return replaced(one)
    if (Array.isArray(one)) return one.map(walk)
    if (!isRecord(one)) return one
    return Object.fromEntries(Object.entries(one).map(([key, member]) => [key, walk(member)]))
  }
  return walk(value) as T
}

/**
 * What a variable holds that an option names.
 * @param option as the user has it before them, for messages.
 * @throws CliError (exit 2) when it is not set, or empty.
 */
export function namedVariable(env: NodeJS.ProcessEnv, name: string, option: string): string {
  const value = own(env, name)
  if (value === undefined)
    throw usageError(`${option}: the variable ${name} is not set. First: ${setting(name)}`)
  if (value.trim() === '') throw usageError(`${option}: the variable ${name} is empty`)
  return value
}

/** How a variable is set in the shell that most people have there. */
const setting = (name: string) => (process.platform === 'win32' ? `$env:${name} = "…"` : `export ${name}=…`)

/** The environment of this process as programs are given it, when they are to have all of it. */
export const wholeEnvironment = (): Record<string, string> =>
  Object.fromEntries(
    Object.entries(process.env).filter((one): one is [string, string] => one[1] !== undefined),
  )

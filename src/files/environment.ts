import { homedir } from 'node:os'
import { basename, sep } from 'node:path'
import { isRecord } from '../protocol/jsonrpc.ts'
import { own } from '../protocol/own.ts'
import { usageError } from '../terminal/errors.ts'

/**
 * Expands the variables that clients support in their entries: `${NAME}`, `${env:NAME}`, `${NAME:-default}`,
 * `${workspaceFolder}` and similar.
 * @param folder the project folder of the client.
 * @param origin the origin of the entry, for messages.
 * @throws CliError (exit 2) when a variable is not set, or only the client can prompt for it.
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
 * The value of a variable that an option names.
 * @param option as the user typed it, for messages.
 * @throws CliError (exit 2) when it is unset or empty.
 */
export function namedVariable(env: NodeJS.ProcessEnv, name: string, option: string): string {
  const value = own(env, name)
  if (value === undefined)
    throw usageError(`${option}: the variable ${name} is not set. First: ${setting(name)}`)
  if (value.trim() === '') throw usageError(`${option}: the variable ${name} is empty`)
  return value
}

/** The syntax for setting a variable in the platform's usual shell. */
const setting = (name: string) => (process.platform === 'win32' ? `$env:${name} = "…"` : `export ${name}=…`)

/** A copy of this process's whole environment, for programs that should get all of it. */
export const wholeEnvironment = (): Record<string, string> =>
  Object.fromEntries(
    Object.entries(process.env).filter((one): one is [string, string] => one[1] !== undefined),
  )

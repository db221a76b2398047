import { resolve } from 'node:path'
import { parseEnv } from 'node:util'
import { usageError } from '../terminal/errors.ts'
import { readFault } from './read-fault.ts'
import { readText } from './text-file.ts'

/**
 * The variables of an env file.
 * @throws CliError (exit 2) when it cannot be read: a server without its settings would fail in a less obvious way.
 */
export function readEnvFile(path: string, cwd: string): Map<string, string> {
  try {
    const parsed = parseEnv(readText(resolve(cwd, path)).replaceAll(lost, standIn)) as Record<string, string>
    const back = (text: string) => text.replaceAll(standIn, lost)
    return new Map(Object.entries(parsed).map(([name, value]) => [back(name), back(value)]))
  } catch (error) {
    throw usageError(`--env-file ${path}: ${readFault(error)}`)
  }
}

/** Node's parser loses a variable of this name, so it is renamed temporarily. */
const lost = '__proto__'
const standIn = '__fastmcp_env_proto'

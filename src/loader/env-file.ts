import { readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { parseEnv } from 'node:util'
import { codeOf, messageOf, usageError } from '../errors.ts'

/**
 * The variables of an env file.
 * @throws CliError (exit 2) when it cannot be read: a server without its settings would fail less clearly.
 */
export function readEnvFile(path: string, cwd: string): Record<string, string> {
  try {
    return parseEnv(readFileSync(resolve(cwd, path), 'utf8')) as Record<string, string>
  } catch (error) {
    const reason = codeOf(error) === 'ENOENT' ? 'there is no such file' : messageOf(error)
    throw usageError(`--env-file ${path}: ${reason}`)
  }
}

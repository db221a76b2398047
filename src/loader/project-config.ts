import { existsSync } from 'node:fs'
import { dirname, resolve } from 'node:path'
import { parseJsonc } from '../files/jsonc.ts'
import { readText } from '../files/text-file.ts'
import { isRecord } from '../protocol/jsonrpc.ts'
import { messageOf, usageError } from '../terminal/errors.ts'

/** The content of a `fastmcp.json`. Paths in it are relative to the file. */
export interface ProjectConfig {
  readonly file: string
  /** The server as a spec with an absolute path. */
  readonly source: string | undefined
  /** Arguments for the server, if the command line has none. */
  readonly args: readonly string[] | undefined
  /** All other keys, which are options. */
  readonly options: Record<string, unknown>
}

/** The `fastmcp.json` that applies: the named file, or the one in the named folder. */
export function configFor(spec: string, cwd: string): ProjectConfig | undefined {
  const path = resolve(cwd, spec)
  if (spec.endsWith('.json') && existsSync(path)) return parseProjectConfig(path)
  return readProjectConfig(path)
}

/** The spec of the server, which a `fastmcp.json` may provide. */
export function specText(spec: string, config: ProjectConfig | undefined): string {
  if (!config) return spec
  return config.source ?? (spec.endsWith('.json') ? dirname(config.file) : spec)
}

/**
 * Reads the `fastmcp.json` of a folder, if there is one.
 * @throws CliError (exit 2) when it cannot be parsed or is invalid.
 */
function readProjectConfig(folder: string): ProjectConfig | undefined {
  const file = resolve(folder, 'fastmcp.json')
  return existsSync(file) ? parseProjectConfig(file) : undefined
}

function parseProjectConfig(file: string): ProjectConfig {
  let value: unknown
  try {
    value = parseJsonc(readText(file))
  } catch (error) {
    throw usageError(`${file} cannot be read: ${messageOf(error).replace(/\s+/g, ' ')}`)
  }
  if (!isRecord(value)) throw usageError(`${file} must hold an object`)
  if (Object.hasOwn(value, 'mcpServers') || Object.hasOwn(value, 'servers'))
    throw usageError(
      `${file} names servers that run elsewhere, which only fastmcp run, list, call, inspect and install accept`,
    )
  const { $schema: _, source, args, ...options } = value
  if (source !== undefined && typeof source !== 'string') throw usageError(`${file}: source must be a path`)
  const texts = Array.isArray(args) && args.every((one) => typeof one === 'string')
  if (args !== undefined && !texts) throw usageError(`${file}: args must be a list of strings`)
  return {
    file,
    source: source === undefined ? undefined : resolve(dirname(file), source),
    args: args as string[] | undefined,
    options,
  }
}

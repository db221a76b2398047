import { existsSync } from 'node:fs'
import { basename, dirname, resolve } from 'node:path'
import { withVariables } from '../files/environment.ts'
import { parseJsonc } from '../files/jsonc.ts'
import { readText } from '../files/text-file.ts'
import { shown } from '../options/option.ts'
import { isRecord } from '../protocol/jsonrpc.ts'
import { messageOf, usageError } from '../terminal/errors.ts'

/** One server of an `mcp.json`: `{ command, args, env, cwd }` or `{ url, type, headers }`. */
export type ServerEntry = Record<string, unknown>

/**
 * Reads `mcp.json`, or `mcp.json:name`, in the format of desktop clients; comments are allowed.
 * @returns the server's entry; `undefined` if the text does not name such a file, so that it may be a server file.
 * @throws CliError (exit 2) when it cannot be parsed, or has several servers and none is named.
 */
export function readServerMap(text: string, name: string | undefined): ServerEntry | undefined {
  const found = readMap(text)
  if (!found) return undefined
  const folder = projectOf(found.file)
  return startedIn(folder, serverIn(found.servers, found.name ?? name, found.file, folder))
}

/** The file and the server in it that `mcp.json:name` names. */
export function serverMapNamed(text: string): { file: string; name: string | undefined } | undefined {
  const [, file, name] = /^(.+\.json)(?::([^/\\:]+))?$/i.exec(text) ?? []
  return file === undefined ? undefined : { file, name }
}

function readMap(
  text: string,
): { servers: Record<string, unknown>; name: string | undefined; file: string } | undefined {
  const { file, name } = serverMapNamed(text) ?? {}
  if (file === undefined || !existsSync(file)) return undefined
  let value: unknown
  try {
    value = parseJsonc(readText(file))
  } catch (error) {
    throw usageError(`${file} cannot be read: ${messageOf(error)}`)
  }
  // Other JSON files may be our own configuration.
  if (!isRecord(value) || !(Object.hasOwn(value, 'mcpServers') || Object.hasOwn(value, 'servers')))
    return undefined
  return { servers: value, name, file }
}

/**
 * All servers of an `mcp.json`, or the one that `mcp.json:name` names.
 * @returns `undefined` if the text does not name such a file. @throws CliError (exit 2) when it cannot be parsed, or
 * holds none.
 */
export function readServerEntries(text: string): Map<string, ServerEntry> | undefined {
  const found = readMap(text)
  if (!found) return undefined
  const { servers, name, file } = found
  const names = name === undefined ? Object.keys(serversIn(servers, file)) : [name]
  if (names.length === 0) throw usageError(`${file} has no server`)
  const folder = projectOf(file)
  return new Map(names.map((one) => [one, startedIn(folder, serverIn(servers, one, file, folder))]))
}

/** The project folder of a client's file: editors keep it in a subfolder such as `.vscode`. */
function projectOf(file: string): string {
  const folder = dirname(resolve(file))
  return basename(folder).startsWith('.') ? dirname(folder) : folder
}

/** Programs start in the folder in which a client would start them, independent of our working directory. */
function startedIn(folder: string, entry: ServerEntry): ServerEntry {
  if (typeof entry.command !== 'string') return entry
  return { ...entry, cwd: typeof entry.cwd === 'string' ? resolve(folder, entry.cwd) : folder }
}

/** The named server of a map, or its only one, with `${NAME}` replaced from the environment. */
export function serverIn(
  map: Record<string, unknown>,
  name: string | undefined,
  origin: string,
  folder = process.cwd(),
): ServerEntry {
  const servers = serversIn(map, origin)
  const names = Object.keys(servers)
  if (names.length === 0) throw usageError(`${origin} has no server`)
  if (name === undefined && names.length > 1) {
    const how = origin.endsWith('.json') ? `${origin}:${names[0]}` : `{ server: '${names[0]}' }`
    throw usageError(`${origin} holds ${names.length} servers: ${names.join(', ')}. Name one: ${how}`)
  }
  const wanted = name ?? names[0] ?? ''
  const entry = Object.hasOwn(servers, wanted) ? servers[wanted] : undefined
  if (entry === undefined) {
    throw usageError(`${origin} has no server "${shown(wanted)}", but ${names.join(', ')}`)
  }
  if (!isRecord(entry)) throw usageError(`${origin}: ${wanted} must be an object with command or url`)
  return withVariables(entry, folder, `${origin}: ${wanted}`)
}

function serversIn(map: Record<string, unknown>, origin: string): Record<string, unknown> {
  const servers = map.mcpServers ?? map.servers
  if (!isRecord(servers)) throw usageError(`${origin}: mcpServers must be an object of servers by name`)
  return servers
}

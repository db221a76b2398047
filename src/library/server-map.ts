import { existsSync, readFileSync } from 'node:fs'
import { messageOf, usageError } from '../errors.ts'
import { parseJsonc } from '../jsonc.ts'
import { isRecord } from '../jsonrpc.ts'
import { shown } from '../options/option.ts'

/** One server of an `mcp.json`: `{ command, args, env, cwd }` or `{ url, type, headers }`. */
export type ServerEntry = Record<string, unknown>

/**
 * Reads `mcp.json`, or `mcp.json:name`, as desktop clients keep it; comments are allowed.
 * @returns the server's entry; `undefined` when the text names no such file, so that it may be a server file.
 * @throws CliError (exit 2) when it cannot be parsed, or holds several servers and none is named.
 */
export function readServerMap(text: string, name: string | undefined): ServerEntry | undefined {
  const found = readMap(text)
  return found && serverIn(found.servers, found.name ?? name, found.file)
}

function readMap(
  text: string,
): { servers: Record<string, unknown>; name: string | undefined; file: string } | undefined {
  const [, file, name] = /^(.+\.json)(?::([^/\\:]+))?$/i.exec(text) ?? []
  if (file === undefined || !existsSync(file)) return undefined
  let value: unknown
  try {
    value = parseJsonc(readFileSync(file, 'utf8'))
  } catch (error) {
    throw usageError(`connect: ${file} cannot be read: ${messageOf(error)}`)
  }
  // Any other JSON file may be the configuration of a server of ours.
  if (!isRecord(value) || !('mcpServers' in value || 'servers' in value)) return undefined
  return { servers: value, name, file }
}

/**
 * All servers of an `mcp.json`, or the one that `mcp.json:name` names.
 * @returns `undefined` when the text names no such file.
 * @throws CliError (exit 2) when it cannot be parsed, or holds none.
 */
export function readServerEntries(text: string): Map<string, ServerEntry> | undefined {
  const found = readMap(text)
  if (!found) return undefined
  const { servers, name, file } = found
  const names = name === undefined ? Object.keys(serversIn(servers, file)) : [name]
  if (names.length === 0) throw usageError(`connect: ${file} holds no server`)
  return new Map(names.map((one) => [one, serverIn(servers, one, file)]))
}

/** The named server of a map, or its only one, with `${NAME}` replaced from the environment. */
export function serverIn(
  map: Record<string, unknown>,
  name: string | undefined,
  origin: string,
): ServerEntry {
  const servers = serversIn(map, origin)
  const names = Object.keys(servers)
  if (names.length === 0) throw usageError(`connect: ${origin} holds no server`)
  if (name === undefined && names.length > 1) {
    const how = origin.endsWith('.json') ? `${origin}:${names[0]}` : `{ server: '${names[0]}' }`
    throw usageError(
      `connect: ${origin} holds ${names.length} servers: ${names.join(', ')}. Name one: ${how}`,
    )
  }
  const wanted = name ?? names[0] ?? ''
  const entry = Object.hasOwn(servers, wanted) ? servers[wanted] : undefined
  if (entry === undefined) {
    throw usageError(`connect: ${origin} holds no server "${shown(wanted)}", but ${names.join(', ')}`)
  }
  if (!isRecord(entry))
    throw usageError(`connect: ${origin}: ${wanted} must be an object with command or url`)
  return expanded(entry, `${origin}: ${wanted}`) as ServerEntry
}

function serversIn(map: Record<string, unknown>, origin: string): Record<string, unknown> {
  const servers = map.mcpServers ?? map.servers
  if (!isRecord(servers))
    throw usageError(`connect: ${origin}: mcpServers must be an object of servers by name`)
  return servers
}

/** Replaces `${NAME}`, `${env:NAME}` and `${NAME:-default}`, the forms that clients have in common. */
function expanded(value: unknown, origin: string): unknown {
  if (Array.isArray(value)) return value.map((one) => expanded(one, origin))
  if (isRecord(value))
    return Object.fromEntries(Object.entries(value).map(([key, one]) => [key, expanded(one, origin)]))
  if (typeof value !== 'string') return value
  return value.replace(
    /\$\{(?:env:)?([A-Za-z_]\w*)(?::-([^}]*))?\}/g,
    (_, name: string, fallback?: string) => {
      const found = process.env[name] ?? fallback
      if (found === undefined)
        throw usageError(`connect: ${origin} needs the variable ${name}, which is not set`)
      return found
    },
  )
}

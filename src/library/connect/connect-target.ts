import { existsSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { schemeOf } from '../../options/gateway-options.ts'
import { shown } from '../../options/option.ts'
import { sourceKey } from '../../process/runner-hook.ts'
import type { Channel } from '../../protocol/channel.ts'
import { isRecord } from '../../protocol/jsonrpc.ts'
import type { ServerSource } from '../../protocol/source.ts'
import { readServerMap, serverIn } from '../../remote/server-map.ts'
import { httpUrl, refuseCaller } from '../../remote/url/server-url.ts'
import {
  type ExportedServer,
  type Factory,
  isExportedServer,
} from '../../sessions/derived/exported-source.ts'
import { usageError } from '../../terminal/errors.ts'
import type { CommandOptions } from './client-transports.ts'

/** How a command gets at a URL, and what it says of a 401 there. */
export interface UrlAccess {
  fetch: typeof globalThis.fetch
  unauthorized: string
  /** By what it is reached, in words, if not directly. */
  way?: string | undefined
}

/** What a target means, before anything is opened. */
export type ConnectTarget =
  | { kind: 'own'; server: { [sourceKey](): ServerSource } }
  | { kind: 'instance'; server: ExportedServer }
  | { kind: 'factory'; factory: Factory }
  | {
      kind: 'url'
      url: URL
      transport: 'sse' | 'streamable-http'
      headers: Record<string, string>
      access?: UrlAccess
    }
  | ({ kind: 'command' } & CommandOptions)
  /** A server spec, as `fastmcp run` takes it. */
  | { kind: 'file'; spec: string }
  | { kind: 'transport'; transport: Channel }

/**
 * Decides what a target of `connect()` means.
 * @param name which server to take, when the target lists several.
 * @throws CliError (exit 2) for what can be no target, saying what would be one.
 */
export function destinationOf(target: unknown, name?: string): ConnectTarget {
  if (typeof target === 'string') return fromText(target, name)
  if (target instanceof URL) return fromText(target.href, name)
  if (typeof target === 'function') return fromFunction(target as Factory)
  if (!isRecord(target)) throw nonsense(target)
  if (sourceKey in target) return { kind: 'own', server: target as { [sourceKey](): ServerSource } }
  if (isExportedServer(target)) return { kind: 'instance', server: target }
  if (isTransport(target)) return { kind: 'transport', transport: target }
  if ('mcpServers' in target || 'servers' in target) return fromEntry(serverIn(target, name, 'the object'))
  if ('url' in target || 'command' in target) return fromEntry(target)
  throw nonsense(target)
}

function fromText(text: string, name: string | undefined): ConnectTarget {
  if (text.trim() === '') throw usageError(`the target is empty: ${expected}`)
  const scheme = schemeOf(text)
  if (scheme === 'file') return fromText(fileURLToPath(text), name)
  if (scheme !== undefined) return fromEntry({ url: text })
  const map = readServerMap(text, name)
  if (map) return fromEntry(map)
  if (/^[\w.-]+:\d+(\/|$)/.test(text) && !existsSync(text)) {
    throw usageError(`${shown(text)} is not a URL. Did you mean http://${shown(text)}?`)
  }
  // A name that looks like a flag is still a file here.
  return { kind: 'file', spec: text.startsWith('-') ? `./${text}` : text }
}

function fromFunction(factory: Factory): ConnectTarget {
  if (!/^class\b/.test(Function.prototype.toString.call(factory))) return { kind: 'factory', factory }
  throw usageError(`${factory.name || 'the target'} is a class: give an instance of it, or a factory`)
}

/** A server by address or command, as `mcp.json` and our transports write it. */
function fromEntry(entry: Record<string, unknown>): ConnectTarget {
  const { url, command } = entry
  if (typeof command === 'string' && command !== '') return { kind: 'command', ...commandOf(command, entry) }
  if (command !== undefined) throw usageError('command must be the name of a program')
  if (url === undefined)
    throw usageError('this server has no URL; one on stdio belongs to its parent process')
  const address = refuseCaller(httpUrl(String(url)))
  const transport = transportOf(entry) ?? (/\/sse\/?$/.test(address.pathname) ? 'sse' : 'streamable-http')
  return { kind: 'url', url: address, transport, headers: textMap(entry.headers, 'headers') }
}

function commandOf(command: string, { args = [], env, cwd }: Record<string, unknown>): CommandOptions {
  if (!Array.isArray(args)) throw usageError('args must be a list of strings')
  const folder = typeof cwd === 'string' ? { cwd } : {}
  return { command, args: args.map(String), env: textMap(env, 'env'), ...folder }
}

function transportOf(entry: Record<string, unknown>): 'sse' | 'streamable-http' | undefined {
  const word = entry.transport ?? entry.type
  if (word === undefined) return undefined
  const name = String(word).toLowerCase()
  if (name === 'sse') return 'sse'
  if (['http', 'streamable-http', 'streamablehttp'].includes(name)) return 'streamable-http'
  throw usageError(`the transport of a URL is sse or streamable-http, not "${shown(name)}"`)
}

function textMap(value: unknown, what: string): Record<string, string> {
  if (value === undefined) return {}
  if (!isRecord(value)) throw usageError(`${what} must be an object of names and values`)
  return Object.fromEntries(Object.entries(value).map(([key, text]) => [key, String(text)]))
}

/** The official SDKs' `Transport`, of any copy. */
const isTransport = (value: object): value is Channel =>
  ['start', 'send', 'close'].every((name) => typeof Reflect.get(value, name) === 'function')

function nonsense(target: unknown) {
  const what = target instanceof Promise ? 'a promise: await it first' : describe(target)
  return usageError(`the target is ${what}: ${expected}`)
}

const expected =
  'give a server object, a factory, a URL, a server file, an mcp.json, { url }, { command } or a transport'

function describe(target: unknown): string {
  if (target === null || target === undefined) return String(target)
  if (Array.isArray(target)) return 'a list'
  if (typeof target !== 'object') return `a ${typeof target}`
  const keys = Object.keys(target).slice(0, 4)
  return keys.length > 0 ? `an object with ${keys.join(', ')}` : 'an empty object'
}

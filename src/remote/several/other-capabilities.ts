import {
  errorCodes,
  errorReply,
  isRecord,
  type JsonRpcRequest,
  type JsonRpcResponse,
  type Params,
} from '../../protocol/jsonrpc.ts'
import { own, setOwn } from '../../protocol/own.ts'
import type { Member } from './member.ts'

/** Capabilities with their own merge rules; all others are passed on unchanged. */
const merged: ReadonlySet<string> = new Set(['tools', 'prompts', 'resources', 'logging', 'completions'])

/** Capabilities that contain others by name. */
const holders: ReadonlySet<string> = new Set(['extensions', 'experimental'])

/** All other declared capabilities; the first server's value wins. */
export function otherCapabilities(members: readonly Member[]): Params {
  const all: Params = {}
  for (const { capabilities } of members) {
    for (const [name, value] of Object.entries(capabilities)) {
      if (merged.has(name)) continue
      const before = own<unknown>(all, name)
      if (before === undefined) setOwn<unknown>(all, name, value)
      else if (holders.has(name) && isRecord(before) && isRecord(value))
        setOwn<unknown>(all, name, { ...value, ...before })
    }
  }
  return all
}

/**
 * The candidate servers for an unknown method: those that declare the capability it is named after, as `skills/list`
 * after `io.modelcontextprotocol/skills`; failing that, those that declare any extension.
 */
export function membersFor(method: string, members: readonly Member[]): readonly Member[] {
  const able = members.filter(({ ready, capabilities }) => ready && declared(capabilities).length > 0)
  const named = able.filter(({ capabilities }) =>
    declared(capabilities).some((name) => isNamedAfter(method, name)),
  )
  return named.length > 0 ? named : able
}

/** The names of a server's capabilities that MCP itself does not have. */
const declared = (capabilities: Params): string[] =>
  Object.entries(capabilities).flatMap(([name, value]) => {
    if (merged.has(name)) return []
    return holders.has(name) && isRecord(value) ? Object.keys(value) : [name]
  })

const isNamedAfter = (method: string, name: string): boolean =>
  method.startsWith(`${name}/`) || method.split('/', 1)[0] === name.slice(name.lastIndexOf('/') + 1)

/** Refuses a method that several servers have, if its parameters do not identify one. */
export function severalHave({ id, method }: JsonRpcRequest, members: readonly Member[]): JsonRpcResponse {
  const names = members.map(({ name }) => name)
  const reason = `${method} is a method of ${names.join(' and ')}, and names nothing that is of one of them: serve one alone, as mcp.json:${names[0]}`
  return errorReply(id, errorCodes.invalidParams, reason)
}

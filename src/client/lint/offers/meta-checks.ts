import { isRecord } from '../../../protocol/jsonrpc.ts'
import type { Check } from '../check.ts'
import { quoted } from '../schema/checks/schema-check.ts'
import type { Item } from './item.ts'

/** What is asked of `_meta`. */
export const metaChecks: readonly Check<Item>[] = [
  {
    name: 'meta-form',
    level: 'error',
    clients: ['clients built on the official SDKs'],
    remedy: 'write an object, or leave it out; until then they lose the whole list',
    find: ({ entry: { _meta: meta } }) =>
      meta === undefined || isRecord(meta)
        ? undefined
        : { at: ['_meta'], text: `is ${quoted(meta)} and not an object` },
  },
  {
    name: 'meta-key',
    level: 'warning',
    clients: [],
    remedy: 'write a name of letters, digits, -, _ and ., after a prefix such as com.example/',
    find: ({ entry: { _meta: meta } }) =>
      keysOf(meta)
        .filter((key) => !metaKey.test(key))
        .map((key) => ({ at: ['_meta', key], text: 'is not a valid key of _meta' })),
  },
  {
    name: 'meta-reserved',
    level: 'warning',
    clients: [],
    remedy: 'use a prefix of your own, such as com.example/',
    find: ({ entry: { _meta: meta } }) =>
      keysOf(meta)
        .filter((key) => reserved.test(key) && !key.startsWith('io.modelcontextprotocol/'))
        .map((key) => ({ at: ['_meta', key], text: 'has a prefix that is reserved for MCP' })),
  },
]

const label = '[A-Za-z](?:[A-Za-z0-9-]*[A-Za-z0-9])?'
/** `prefix/name`, of which either may be absent (MCP 2025-11-25, Basic, `_meta`). */
const metaKey = new RegExp(`^(?:${label}(?:\\.${label})*/)?(?:[A-Za-z0-9](?:[\\w.-]*[A-Za-z0-9])?)?$`)
const reserved = new RegExp(`^${label}\\.(?:modelcontextprotocol|mcp)(?:\\.${label})*/`)

const keysOf = (meta: unknown): string[] => (isRecord(meta) ? Object.keys(meta) : [])

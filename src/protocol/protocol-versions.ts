import { isRecord } from './jsonrpc.ts'

/** Protocol revisions of the legacy era, newest first. */
export const legacyVersions = ['2025-11-25', '2025-06-18', '2025-03-26', '2024-11-05', '2024-10-07'] as const

/** The first revision without `initialize` and sessions. */
export const firstModernVersion = '2026-07-28'

/** The `_meta` key whose presence makes a message one of the modern era (2026-07-28, basic). */
const versionKey = 'io.modelcontextprotocol/protocolVersion'

/** The `_meta` key with the client's identity in a modern request. */
export const clientInfoKey = 'io.modelcontextprotocol/clientInfo'
export const clientCapabilitiesKey = 'io.modelcontextprotocol/clientCapabilities'

const envelopeKeys: ReadonlySet<string> = new Set([
  versionKey,
  clientInfoKey,
  clientCapabilitiesKey,
  'io.modelcontextprotocol/logLevel',
])

/** Whether a `_meta` key belongs to the envelope of a modern request. */
export const isEnvelopeKey = (key: string): boolean => envelopeKeys.has(key)

export const isModernVersion = (version: string): boolean => version >= firstModernVersion

/** The protocol version that a message's own envelope names; `undefined` for messages of the legacy era. */
export function claimedVersion(message: unknown): unknown {
  if (!isRecord(message) || !isRecord(message.params)) return undefined
  const meta = message.params._meta
  return isRecord(meta) ? meta[versionKey] : undefined
}

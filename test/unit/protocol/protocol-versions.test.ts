import { claimedVersion, isEnvelopeKey, isModernVersion } from '../../../src/protocol/protocol-versions.ts'
import { table } from '../../support/table.ts'

table('isModernVersion', isModernVersion, [
  ['2026-07-28', true],
  ['2027-01-01', true],
  ['2025-11-25', false],
  ['2024-10-07', false],
  ['', false],
  ['1.0', false],
  ['DRAFT-2026-v1', true, 'what nobody knows is the modern side’s to refuse'],
])

const key = 'io.modelcontextprotocol/protocolVersion'

table('claimedVersion', claimedVersion, [
  [{ params: { _meta: { [key]: '2026-07-28' } } }, '2026-07-28'],
  [{ params: { _meta: { [key]: 1 } } }, 1],
  [{ params: { _meta: {} } }, undefined],
  [{ params: { _meta: [] } }, undefined],
  [{ params: [] }, undefined],
  [{}, undefined],
  [null, undefined],
  [[{ params: { _meta: { [key]: '2026-07-28' } } }], undefined],
])

table('isEnvelopeKey', isEnvelopeKey, [
  [key, true],
  ['io.modelcontextprotocol/clientInfo', true],
  ['io.modelcontextprotocol/related-task', false],
  ['progressToken', false],
  ['__proto__', false],
  ['', false],
])

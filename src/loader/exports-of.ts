import { isRecord } from '../protocol/jsonrpc.ts'

export type ModuleExports = Readonly<Record<string, unknown>>

/** `module.exports`, seen as the exports of an ES module. */
export function exportsOf(value: unknown): ModuleExports {
  if (!isRecord(value) || Object.getPrototypeOf(value) !== Object.prototype) return { default: value }
  return 'default' in value ? value : { ...value, default: value }
}

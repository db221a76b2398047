import { types } from 'node:util'
import { isRecord } from '../protocol/jsonrpc.ts'

export type ModuleExports = Readonly<Record<string, unknown>>

/** `module.exports` in the shape of an ES module's exports. */
export function exportsOf(value: unknown): ModuleExports {
  if (!isRecord(value) || Object.getPrototypeOf(value) !== Object.prototype) return { default: value }
  return 'default' in value ? value : { ...value, default: value }
}

/**
 * A module's exports with pending promises resolved; unchanged if it starts something meanwhile.
 * @param names the exports to wait for.
 * @param started resolves when they are no longer needed.
 * @throws the rejection of one of them.
 */
export async function whenMade(
  exports: ModuleExports,
  names: readonly string[],
  started: () => Promise<void>,
): Promise<ModuleExports> {
  const waited = names.filter((name) => types.isPromise(exports[name]))
  if (waited.length === 0) return exports
  const all = Promise.all(waited.map(async (name) => [name, await exports[name]] as const))
  const made = await Promise.race([all, started()])
  return made ? { ...exports, ...Object.fromEntries(made) } : exports
}

import { types } from 'node:util'
import { isRecord } from '../protocol/jsonrpc.ts'

export type ModuleExports = Readonly<Record<string, unknown>>

/** `module.exports`, seen as the exports of an ES module. */
export function exportsOf(value: unknown): ModuleExports {
  if (!isRecord(value) || Object.getPrototypeOf(value) !== Object.prototype) return { default: value }
  return 'default' in value ? value : { ...value, default: value }
}

/**
 * The exports of a module with those that are still being made; as they are, where it starts something meanwhile.
 * @param names those that are waited for.
 * @param started resolves when nothing of them is needed any more.
 * @throws what has been thrown while one was made.
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

import { join } from 'node:path'
import { cacheFolder, removeTemporary, temporaryFolder } from '../files/cache-folder.ts'
import { hashOf } from '../files/checked-file.ts'
import { messageOf } from '../terminal/errors.ts'
import { writeCached } from './compile-cache.ts'
import type { Compilation, CompileOptions, Manifest } from './compiled.ts'

/**
 * Puts what was compiled where Node can import it: into the cache, else where it is gone with this process. Where
 * nothing can be written at all, as in a container whose disk is read-only, it stays in memory.
 */
export function keepCompiled(
  key: string,
  compilation: Compilation,
  { cache, env, onUncached }: Pick<CompileOptions, 'cache' | 'env' | 'onUncached'>,
): Manifest {
  const kept = cache ? () => cacheFolder(env, onUncached) : () => undefined
  const places = [kept, () => temporaryFolder('compiled')]
  for (const place of places) {
    try {
      const folder = place()
      if (folder !== undefined) return writeCached(folder, key, compilation)
    } catch (error) {
      onUncached?.(`the compiled server is not cached: ${messageOf(error)}`)
    }
  }
  removeTemporary('compiled')
  const { code, map, ...rest } = compilation
  // Stacks show it under this name.
  const file = join('/fastmcp', `${key}.mjs`)
  const unkept = { code: `${code}//# sourceURL=${file}\n`, map }
  return { ...rest, file, hash: hashOf(code), mapHash: hashOf(map), unkept }
}

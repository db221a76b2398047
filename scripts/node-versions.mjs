// Other versions of Node, for the tests.
import { join } from 'node:path'
import { cachedModules } from './npm-cache.mjs'

/** The path of a Node of this major version. The package of the platform holds the program itself. */
export function nodeOf(major) {
  const windows = process.platform === 'win32'
  const platform = `node-${windows ? 'win' : process.platform}-${process.arch}`
  const modules = cachedModules(`node-${major}`, `${platform}@${major}`)
  return join(modules, platform, 'bin', windows ? 'node.exe' : 'node')
}

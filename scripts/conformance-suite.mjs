// The official conformance suite of the protocol, for the tests.
import { join } from 'node:path'
import { nodeOf } from './node-versions.mjs'
import { cachedModules } from './npm-cache.mjs'

const version = '0.2.0-alpha.12'

/** The suite's program and its lists of requirements, and a Node that can run it. */
export function conformanceSuite() {
  const modules = cachedModules(`conformance-${version}`, `@modelcontextprotocol/conformance@${version}`)
  const folder = join(modules, '@modelcontextprotocol', 'conformance')
  // It does not start on Node 20, whose fs has no globSync.
  const node = Number(process.versions.node.split('.')[0]) >= 22 ? process.execPath : nodeOf('24')
  return { node, program: join(folder, 'dist', 'index.js'), requirements: join(folder, 'requirements') }
}

// Installs the official conformance suite on demand, from npm, into the cache that git does not see.
import { execFileSync } from 'node:child_process'
import { existsSync, mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { cache, nodeOf } from './node-versions.mjs'

const version = '0.2.0-alpha.12'

/** The suite's own folder, and a Node that can run it. */
export function conformanceSuite() {
  const prefix = join(cache, `conformance-${version}`)
  const folder = join(prefix, 'node_modules', '@modelcontextprotocol', 'conformance')
  if (!existsSync(folder)) {
    mkdirSync(prefix, { recursive: true })
    const name = `@modelcontextprotocol/conformance@${version}`
    const args = ['install', '--no-save', '--no-audit', '--no-fund', '--prefix', prefix, name]
    execFileSync('npm', args, { stdio: ['ignore', 2, 2], shell: process.platform === 'win32' })
  }
  // It does not start on Node 20, whose fs has no globSync.
  const node = Number(process.versions.node.split('.')[0]) >= 22 ? process.execPath : nodeOf('24')
  return { node, program: join(folder, 'dist', 'index.js'), requirements: join(folder, 'requirements') }
}

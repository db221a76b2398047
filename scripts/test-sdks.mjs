// Runs the session tests on servers of older SDKs: npm run test:sdks [-- v1@1.13 ...]
import { spawnSync } from 'node:child_process'
import { cpSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { cachedModules } from './npm-cache.mjs'
import { add, closingLine, totalsIn } from './totals.mjs'

const all = ['v1@1.13', 'v1@1.20', 'v1@1.25', 'v1@1.26', 'v1@latest', 'v2@2.0', 'v2@2.3', 'v2@latest']
const versions = process.argv.length > 2 ? process.argv.slice(2) : all
const packages = { v1: '@modelcontextprotocol/sdk', v2: '@modelcontextprotocol/server' }
const root = fileURLToPath(new URL('..', import.meta.url))

const total = { passed: 0, failed: 0, skipped: 0 }
for (const one of versions) {
  const [sdk, version] = one.split('@')
  // SDK v1 took zod 4 with 1.23.
  const zod = sdk === 'v1' && /^1\.(1\d|2[0-2])$/.test(version) ? 'zod@3' : 'zod@4'
  const modules = cachedModules(`sdk-${sdk}-${version}`, `${packages[sdk]}@${version} ${zod}`)
  const folder = join(dirname(modules), 'fixtures')
  cpSync(join(root, 'test/fixtures/sessions'), folder, { recursive: true })
  const env = { ...process.env, FASTMCP_TEST_SDK: sdk, FASTMCP_TEST_SDK_FOLDER: folder }
  const args = [join(root, 'scripts/test.mjs'), 'sessions/torture']
  const run = spawnSync(process.execPath, args, { cwd: root, env, encoding: 'utf8', maxBuffer: 1 << 28 })
  const totals = totalsIn(run.stdout)
  console.log(`${one}: ${totals ? closingLine(totals) : 'no totals'}`)
  if (run.status !== 0) console.log(run.stdout.slice(run.stdout.indexOf('failing tests')), run.stderr)
  add(total, totals, run.status ?? 1)
}
console.log(closingLine(total))
process.exit(total.failed > 0 ? 1 : 0)

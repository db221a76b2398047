// Runs the session tests on servers of older SDKs: npm run test:sdks [-- v1@1.13 ...]
import { cpSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { cachedModules } from './npm-cache.mjs'
import { runTests } from './run-tests.mjs'
import { closeWith, showFailures, totalsOf } from './test-report.mjs'
import { closingLine } from './totals.mjs'

const every = ['v1@1.13', 'v1@1.20', 'v1@1.25', 'v1@1.26', 'v1@latest', 'v2@2.0', 'v2@2.3', 'v2@latest']
const versions = process.argv.length > 2 ? process.argv.slice(2) : every
const packages = { v1: '@modelcontextprotocol/sdk', v2: '@modelcontextprotocol/server' }
const root = fileURLToPath(new URL('..', import.meta.url))

const all = []
for (const one of versions) {
  const [sdk, version] = one.split('@')
  // SDK v1 took zod 4 with 1.23.
  const zod = sdk === 'v1' && /^1\.(1\d|2[0-2])$/.test(version) ? 'zod@3' : 'zod@4'
  const modules = cachedModules(`sdk-${sdk}-${version}`, `${packages[sdk]}@${version} ${zod}`)
  const folder = join(dirname(modules), 'fixtures')
  cpSync(join(root, 'test/fixtures/sessions'), folder, { recursive: true })
  const env = { FASTMCP_TEST_SDK: sdk, FASTMCP_TEST_SDK_FOLDER: folder }
  const results = await runTests(
    [...['torture', 'shared-lists', 'sdk-alone'].map((name) => `test/sessions/${name}.test.ts`)],
    {
      env,
      cwd: root,
    },
  )
  console.log(`${one}: ${closingLine(totalsOf(results))}`)
  showFailures(results)
  all.push(...results)
}
closeWith(all)

// Runs the test files on the Node this is started with; `npm test -- name` runs those whose path holds the name.
import { spawn } from 'node:child_process'
import { mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { availableParallelism, tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { closingLine } from './totals.mjs'

const wanted = process.argv.slice(2)
// Programs of others, which take long to install and say more about them than about a change of ours.
const onlyNamed = join('test', 'clients')
const files = testFiles('test').filter((file) =>
  wanted.length === 0 ? !file.startsWith(onlyNamed) : wanted.some((name) => file.includes(name)),
)
const cache = mkdtempSync(join(tmpdir(), 'fastmcp-test-'))
const args = [
  '--import',
  'tsx',
  '--test',
  // Half of a test is waiting for programs; more than this, and they wait for one another.
  `--test-concurrency=${Math.min(4, availableParallelism() + 1)}`,
  '--test-reporter=spec',
  '--test-timeout=360000',
]
const run = spawn(process.execPath, [...args, ...files], {
  stdio: ['ignore', 'pipe', 'inherit'],
  // The compiled forms of fixtures go where nothing else looks, and away afterwards.
  env: { ...process.env, FASTMCP_CACHE_DIR: cache, NO_COLOR: '1' },
})
// The totals may be followed by pages of failures.
const counts = {}
createInterface({ input: run.stdout }).on('line', (line) => {
  console.log(line)
  const [, word, count] = /^ℹ (\w+) (\d+)$/.exec(line) ?? []
  if (word) counts[word] = Number(count)
})
run.on('close', (code) => {
  rmSync(cache, { recursive: true, force: true })
  const { pass: passed = 0, fail = 0, cancelled = 0, skipped = 0, todo = 0 } = counts
  const failed = fail + cancelled
  console.log(closingLine({ passed, failed, skipped: skipped + todo }))
  process.exit(code === 0 && failed > 0 ? 1 : (code ?? 1))
})

function testFiles(folder) {
  return readdirSync(folder, { withFileTypes: true, recursive: true })
    .filter((entry) => entry.isFile() && entry.name.endsWith('.test.ts'))
    .map((entry) => join(entry.parentPath, entry.name))
    .filter((file) => !file.includes('fixtures'))
    .sort()
}

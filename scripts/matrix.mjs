// Every shape of server on every journey: npm run matrix [-- --shape part --journey part --node 24]
import { spawn } from 'node:child_process'
import { mkdtempSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { nodeOf } from './node-versions.mjs'
import { removeFolder } from './remove-folder.mjs'

const words = process.argv.slice(2)
const at = words.indexOf('--node')
const [, version] = at < 0 ? [] : words.splice(at, 2)
const node = version === undefined ? process.execPath : nodeOf(version)
const cache = mkdtempSync(join(tmpdir(), 'fastmcp-matrix-'))
const script = fileURLToPath(new URL('../test/matrix/matrix.ts', import.meta.url))
const run = spawn(node, ['--import', 'tsx', script, ...words], {
  stdio: 'inherit',
  // What is compiled goes where nothing else looks; and where many wait at once, each must have time.
  env: { ...process.env, FASTMCP_CACHE_DIR: cache, FASTMCP_TEST_PATIENCE: '120000', NO_COLOR: '1' },
})
run.on('close', (code) => {
  // What prepares the next start may still be writing to it.
  removeFolder(cache)
  process.exit(code ?? 1)
})

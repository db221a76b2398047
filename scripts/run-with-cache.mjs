// Runs a script with a cache folder of its own, which is gone afterwards, and ends as it does.
import { spawn } from 'node:child_process'
import { mkdtempSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { removeFolder } from './remove-folder.mjs'

/** @param args for Node, the script among them. */
export function runWithCache(args, env = {}) {
  const cache = mkdtempSync(join(tmpdir(), 'fastmcp-cache-'))
  const run = spawn(process.execPath, args, {
    stdio: 'inherit',
    env: { ...process.env, FASTMCP_CACHE_DIR: cache, NO_COLOR: '1', ...env },
  })
  for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, () => run.kill(signal))
  run.on('close', (code) => {
    // What prepares the next start may still be writing to it.
    removeFolder(cache)
    process.exit(code ?? 1)
  })
}

import { spawn } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import type { BundleWork } from './bundle-packages.ts'

/**
 * Bundles a server's packages for its next start in a separate process: this one is serving, and its client may end it
 * at any moment. That process exits by itself, and writes only to the cache.
 */
export function bundleLater(work: BundleWork): void {
  const script = fileURLToPath(new URL('./bundle-worker.js', import.meta.url))
  // Options for the server, such as a debug port, must not apply here.
  const { NODE_OPTIONS, ...env } = process.env
  const child = spawn(process.execPath, [script, JSON.stringify(work)], {
    detached: true,
    stdio: 'ignore',
    env,
  })
  // The bundle only affects speed; without it the next start is like this one.
  child.on('error', () => undefined)
  child.unref()
}

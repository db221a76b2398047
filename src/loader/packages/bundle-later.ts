import { spawn } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import type { BundleWork } from './bundle-packages.ts'

/**
 * Makes the script of a server's packages for its next start, in a process of its own: this one is serving, and may be ended
 * by its client at any moment. That process ends by itself, and writes nothing but the cache.
 */
export function bundleLater(work: BundleWork): void {
  const script = fileURLToPath(new URL('./bundle-worker.js', import.meta.url))
  // Options meant for the server, such as a debug port, are not meant for this.
  const { NODE_OPTIONS, ...env } = process.env
  const child = spawn(process.execPath, [script, JSON.stringify(work)], {
    detached: true,
    stdio: 'ignore',
    env,
  })
  // A bundle is a matter of speed alone; without it the next start is like this one.
  child.on('error', () => undefined)
  child.unref()
}

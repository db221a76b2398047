import { spawn } from 'node:child_process'
import type { EmptyFolder } from './empty-folder.ts'

/** What became of a built server that was started: the milliseconds until its first answer, or what it said instead. */
export type Outcome = { took: number } | { failed: string }

/**
 * Starts a built server as a client would, where there is nothing but what it is known to need.
 * @param limit milliseconds for each start.
 */
export async function check(folder: EmptyFolder, limit: number): Promise<Outcome> {
  for (;;) {
    const outcome = await measureStart(folder, limit)
    if (!('failed' in outcome) || !folder.bring(outcome.failed)) return outcome
  }
}

const hello = JSON.stringify({
  jsonrpc: '2.0',
  id: 1,
  method: 'initialize',
  params: { protocolVersion: '2025-11-25', capabilities: {}, clientInfo: { name: 'fastmcp', version: '1' } },
})

function measureStart({ program, cwd }: EmptyFolder, limit: number): Promise<Outcome> {
  return new Promise((resolve) => {
    const started = performance.now()
    const { NODE_PATH: _, ...env } = process.env
    const child = spawn(process.execPath, [program, '--transport', 'stdio'], { cwd, env, stdio: 'pipe' })
    let words = ''
    const done = (result: Outcome) => {
      clearTimeout(timer)
      child.kill('SIGKILL')
      resolve(result)
    }
    const timer = setTimeout(() => done({ failed: words.trim() || `no answer in ${limit / 1000} s` }), limit)
    child.stderr.on('data', (chunk: Buffer) => {
      words += chunk.toString()
    })
    child.stdout.once('data', () => done({ took: performance.now() - started }))
    child.once('close', (code) => done({ failed: words.trim() || `it exited with code ${code}` }))
    child.stdin.on('error', () => undefined)
    child.stdin.write(`${hello}\n`)
  })
}

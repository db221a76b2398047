import { spawn } from 'node:child_process'
import { endChild } from '../process/end-child.ts'
import type { EmptyFolder } from './empty-folder.ts'

/** What became of a built server that was started: the milliseconds until its first answer, or what it said instead. */
export type Outcome = { took: number } | { failed: string }

/**
 * Starts a built server as a client would, where there is nothing but what it is known to need.
 * @param limit milliseconds for each start.
 * @param args what the server itself is started with.
 */
export async function check(folder: EmptyFolder, limit: number, args: readonly string[]): Promise<Outcome> {
  for (;;) {
    const outcome = await measureStart(folder, limit, args)
    if (!('failed' in outcome) || !folder.bring(outcome.failed)) return outcome
  }
}

/** How long it may take to end once it is told to, in milliseconds. */
const endLimit = 3_000

const hello = JSON.stringify({
  jsonrpc: '2.0',
  id: 1,
  method: 'initialize',
  params: { protocolVersion: '2025-11-25', capabilities: {}, clientInfo: { name: 'fastmcp', version: '1' } },
})

function measureStart(
  { program, cwd }: EmptyFolder,
  limit: number,
  args: readonly string[],
): Promise<Outcome> {
  return new Promise((resolve) => {
    const started = performance.now()
    const { NODE_PATH: _, ...env } = process.env
    const words = [program, '--transport', 'stdio', '--', ...args]
    const child = spawn(process.execPath, words, { cwd, env, stdio: 'pipe' })
    let said = ''
    let over = false
    const done = (result: Outcome) => {
      // Whatever comes of it once it has answered, it has answered.
      if (over) return
      over = true
      clearTimeout(timer)
      // It lets go of what it has taken, such as a lock, when it is told to stop.
      void endChild(child, endLimit).then(() => resolve(result))
    }
    const timer = setTimeout(() => done({ failed: said.trim() || `no answer in ${limit / 1000} s` }), limit)
    child.stderr.on('data', (chunk: Buffer) => {
      said += chunk.toString()
    })
    child.stdout.once('data', () => done({ took: performance.now() - started }))
    child.once('close', (code) => done({ failed: said.trim() || `it exited with code ${code}` }))
    child.stdin.on('error', () => undefined)
    child.stdin.write(`${hello}\n`)
  })
}

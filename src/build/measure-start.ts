import { spawn } from 'node:child_process'

const hello = JSON.stringify({
  jsonrpc: '2.0',
  id: 1,
  method: 'initialize',
  params: { protocolVersion: '2025-11-25', capabilities: {}, clientInfo: { name: 'fastmcp', version: '1' } },
})

/**
 * Starts a built server as a client would.
 * @returns the milliseconds until its first answer; what it said on stderr when there is none.
 */
export function measureStart(file: string, limit: number): Promise<{ took: number } | { failed: string }> {
  return new Promise((resolve) => {
    const started = performance.now()
    const child = spawn(process.execPath, [file, '--transport', 'stdio'], { stdio: 'pipe' })
    let words = ''
    const done = (result: { took: number } | { failed: string }) => {
      clearTimeout(timer)
      child.kill('SIGKILL')
      resolve(result)
    }
    const timer = setTimeout(() => done({ failed: `no answer in ${limit / 1000} s` }), limit)
    child.stderr.on('data', (chunk: Buffer) => {
      words += chunk.toString()
    })
    child.stdout.once('data', () => done({ took: performance.now() - started }))
    child.once('close', (code) => done({ failed: words.trim() || `it exited with code ${code}` }))
    child.stdin.on('error', () => undefined)
    child.stdin.write(`${hello}\n`)
  })
}

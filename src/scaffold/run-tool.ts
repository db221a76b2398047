import { spawn } from 'node:child_process'

export interface ToolResult {
  ok: boolean
  /** Everything it printed, both streams. */
  output: string
}

/** Runs a program such as npm or git to its end. One that is not there, or takes too long, has failed. */
export function runTool(
  command: string,
  args: readonly string[],
  cwd: string,
  limit: number,
): Promise<ToolResult> {
  return new Promise((resolve) => {
    // On Windows package managers are scripts, which only a shell starts; the words are all our own.
    const shell = process.platform === 'win32'
    const child = spawn(command, args, { cwd, shell, stdio: ['ignore', 'pipe', 'pipe'] })
    const chunks: Buffer[] = []
    child.stdout.on('data', (chunk: Buffer) => chunks.push(chunk))
    child.stderr.on('data', (chunk: Buffer) => chunks.push(chunk))
    const timer = setTimeout(() => child.kill('SIGKILL'), limit)
    const done = (ok: boolean, words = '') => {
      clearTimeout(timer)
      resolve({ ok, output: Buffer.concat(chunks).toString() + words })
    }
    child.once('error', (error) => done(false, error.message))
    child.once('close', (code) => done(code === 0))
  })
}

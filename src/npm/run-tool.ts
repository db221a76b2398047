import { spawn } from 'node:child_process'

export interface ToolResult {
  ok: boolean
  /** Everything it printed, both streams. */
  output: string
  /** The person has given up. */
  interrupted: boolean
}

/**
 * Runs a program such as npm or git to its end. One that is not there, or takes too long, has failed.
 * @param limit milliseconds.
 * @param signal ends it early.
 */
export function runTool(
  command: string,
  args: readonly string[],
  cwd: string,
  limit: number,
  signal?: AbortSignal,
): Promise<ToolResult> {
  return new Promise((resolve) => {
    // On Windows package managers are scripts, which only a shell starts; the words are all our own.
    const shell = process.platform === 'win32'
    const child = spawn(command, args, { cwd, shell, stdio: ['ignore', 'pipe', 'pipe'] })
    const chunks: Buffer[] = []
    let interrupted = false
    child.stdout.on('data', (chunk: Buffer) => chunks.push(chunk))
    child.stderr.on('data', (chunk: Buffer) => chunks.push(chunk))
    const timer = setTimeout(() => child.kill('SIGKILL'), limit)
    const stop = () => child.kill('SIGTERM')
    if (signal?.aborted) stop()
    signal?.addEventListener('abort', stop, { once: true })
    const done = (ok: boolean, words = '') => {
      clearTimeout(timer)
      signal?.removeEventListener('abort', stop)
      resolve({ ok, output: Buffer.concat(chunks).toString() + words, interrupted })
    }
    child.once('error', (error) => done(false, error.message))
    child.once('close', (code, by) => {
      // Ctrl-C goes to both processes at once, and this one may hear of the other's end first.
      interrupted = signal?.aborted === true || by === 'SIGINT' || code === 130
      done(code === 0)
    })
  })
}

/**
 * The few lines out of a package manager's words that say what went wrong: it begins with them, and goes on with codes,
 * advice and where the log is. Where none is marked as an error, the last ones are the likeliest.
 */
export function tellingLines(output: string): string[] {
  const lines = output.split('\n').filter((line) => line.trim() !== '')
  const faults = lines
    .filter((line) => /err/i.test(line))
    .map((line) => line.replace(mark, '').trim().slice(0, 200))
    .filter((line) => !/^\w*$|^(code|errno|syscall|path|dest) |^err(or)?( \d+)?$|^A complete log/i.test(line))
  return faults.length > 0 ? faults.slice(0, 4) : lines.slice(-4)
}

/** What begins a line of npm's that says what went wrong. */
const mark = /^npm (?:error|ERR!)\s*/

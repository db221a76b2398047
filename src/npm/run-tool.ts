import { spawn } from 'node:child_process'
import { codeOf } from '../terminal/errors.ts'

/** A program such as npm or git has failed, or is not there; the message is the line that says most about it. */
export class ToolFailed extends Error {
  /** The few lines that say what went wrong. */
  readonly lines: readonly string[]
  /** The person has given up. */
  readonly interrupted: boolean

  constructor(lines: readonly string[], interrupted: boolean) {
    super(lines[0]?.slice(0, 120) ?? 'it did not say why')
    this.lines = lines
    this.interrupted = interrupted
  }
}

export interface ToolOptions {
  /** The folder it runs in. */
  cwd: string
  /** Milliseconds that it may take. */
  limit: number
  /** Ends it early. */
  signal?: AbortSignal | undefined
}

/**
 * Runs a program such as npm or git to its end.
 * @returns what it printed on stdout.
 * @throws ToolFailed when it is not there, fails, or takes too long.
 */
export function runTool(
  command: string,
  args: readonly string[],
  { cwd, limit, signal }: ToolOptions,
): Promise<string> {
  return new Promise((resolve, reject) => {
    const child = spawn(command, wordsFor(args), { cwd, shell: onWindows, stdio: ['ignore', 'pipe', 'pipe'] })
    const [answer, all]: [Buffer[], Buffer[]] = [[], []]
    child.stdout.on('data', (chunk: Buffer) => answer.push(chunk) && all.push(chunk))
    child.stderr.on('data', (chunk: Buffer) => all.push(chunk))
    let late = false
    const timer = setTimeout(() => {
      late = true
      child.kill('SIGKILL')
    }, limit)
    const stop = () => child.kill('SIGTERM')
    if (signal?.aborted) stop()
    signal?.addEventListener('abort', stop, { once: true })
    const done = (failed: ToolFailed | undefined) => {
      clearTimeout(timer)
      signal?.removeEventListener('abort', stop)
      if (failed) reject(failed)
      else resolve(Buffer.concat(answer).toString())
    }
    child.once('error', (error) => {
      const why = codeOf(error) === 'ENOENT' ? `${command} is not installed` : error.message
      done(new ToolFailed([why], false))
    })
    child.once('close', (code, by) => {
      if (code === 0) return done(undefined)
      const said = tellingLines(Buffer.concat(all).toString())
      const lines = late ? [`${command} took longer than ${limit / 1000} s`, ...said] : said
      // Ctrl-C goes to both processes at once, and this one may hear of the other's end first.
      done(new ToolFailed(lines, signal?.aborted === true || by === 'SIGINT' || code === 130))
    })
  })
}

const onWindows = process.platform === 'win32'

/** On Windows package managers are scripts, which only a shell starts; it splits words at spaces and takes `^` away. */
const wordsFor = (args: readonly string[]): string[] => args.map((word) => (onWindows ? `"${word}"` : word))

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

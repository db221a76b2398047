import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { type Started, start } from '../support/program.ts'

const preload = fileURLToPath(new URL('./probe.mjs', import.meta.url))

/** What a process keeps, in bytes, once its garbage has been collected. */
export interface Kept {
  readonly pid: number
  /** The most that the heap has held so far, garbage and all. */
  readonly peak: number
  readonly heap: number
  /** What buffers hold outside it. */
  readonly external: number
  readonly rss: number
  /** The kinds of handles that are open, one by one. */
  readonly resources: readonly string[]
  /** Listeners of the process, by event. */
  readonly listeners: Readonly<Record<string, number>>
}

/** A server that can be asked what it keeps. */
export interface Probed extends AsyncDisposable {
  readonly started: Started
  readonly url: URL
  /** @param pid one of its processes; the one that listens, unless it is said. */
  kept(pid?: number): Promise<Kept>
  /** The most memory that it has had so far, in bytes; nothing where the system does not tell, or it has ended. */
  readonly peakRss: number | undefined
  readonly ended: boolean
}

/** Starts this program with these arguments and Node's heap of so many MiB, and waits until it listens. */
export async function startProbed(
  bin: string,
  args: readonly string[],
  { heap, cwd, env = {} }: { heap?: number; cwd?: string; env?: Record<string, string> } = {},
): Promise<Probed> {
  const folder = mkdtempSync(join(tmpdir(), 'fastmcp-probe-'))
  const file = join(folder, 'kept')
  const limit = heap === undefined ? '' : ` --max-old-space-size=${heap}`
  const started = start(process.execPath, [bin, ...args], {
    ...(cwd && { cwd }),
    env: { ...env, FASTMCP_LOAD_PROBE: file, NODE_OPTIONS: `--import=${preload}${limit}` },
  })
  const kill = () => void started.child.kill('SIGKILL')
  process.once('exit', kill)
  const end = async () => {
    process.off('exit', kill)
    await started[Symbol.asyncDispose]()
    rmSync(folder, { recursive: true, force: true })
  }
  try {
    const [, url = ''] = await started.until(/listening on ([^\s"]+)/)
    const own = started.child.pid ?? 0
    return {
      started,
      url: new URL(url),
      kept: (pid = own) => ask(pid, file),
      get peakRss() {
        return peakRssOf(own)
      },
      get ended() {
        return started.child.exitCode !== null || started.child.signalCode !== null
      },
      [Symbol.asyncDispose]: end,
    }
  } catch (error) {
    await end()
    throw error
  }
}

/** @throws Error when the process does not answer within a minute. */
async function ask(pid: number, file: string): Promise<Kept> {
  const before = linesOf(file).length
  process.kill(pid, 'SIGUSR2')
  for (let waited = 0; waited < 60_000; waited += 20) {
    const line = linesOf(file)
      .slice(before)
      .map((text) => JSON.parse(text) as Kept)
      .find((one) => one.pid === pid)
    if (line) return line
    await delay(20)
  }
  throw new Error(`process ${pid} does not say what it keeps`)
}

/** Whole lines alone. */
function linesOf(file: string): string[] {
  try {
    return readFileSync(file, 'utf8').split('\n').slice(0, -1)
  } catch {
    return []
  }
}

function peakRssOf(pid: number): number | undefined {
  try {
    const [, kib] = /^VmHWM:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8')) ?? []
    return kib === undefined ? undefined : Number(kib) * 1024
  } catch {
    return undefined
  }
}

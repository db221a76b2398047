import type { ChildProcess } from 'node:child_process'
import { subscribe } from 'node:diagnostics_channel'
import { once } from 'node:events'
import type { Readable } from 'node:stream'
import { opened } from './opened.ts'
import { root } from './program.ts'

/** How much is kept of what a program says, in characters: the last is what tells most. */
const kept = 4_000

/** By these a program ends only when Node itself breaks, or its memory is at an end. */
const crashes = new Set<unknown>(['SIGSEGV', 'SIGABRT', 'SIGBUS', 'SIGILL', 'SIGFPE', 'SIGTRAP'])

const crashed: string[] = []

/** The programs that have crashed since this was asked last. No test expects one, though it may not notice it. */
export const crashesSince = (): string[] => crashed.splice(0)

/** Watches every process that is started in this one, by whomever, so that each is ended with its test. */
export function watchChildren(): void {
  subscribe('child_process', (message) => watch((message as { process: ChildProcess }).process))
}

function watch(child: ChildProcess): void {
  const said: [name: string, text: () => string][] = []
  const words = () => {
    const streams = said.map(([name, text]) => indented(name, text()))
    return [`${commandOf(child)}: ${stateOf(child)}`, ...streams].filter((line) => line !== '').join('\n')
  }
  child.once('spawn', () => said.push(['stderr', hear(child.stderr)], ['stdout', hear(child.stdout)]))
  child.once('exit', (_code, signal) => {
    if (crashes.has(signal)) crashed.push(words())
  })
  opened({ words: () => (isShared(child) ? '' : words()), close: () => end(child) })
}

/** esbuild's own process serves every build of this one, and ends with it. */
const isShared = ({ spawnfile }: ChildProcess): boolean => /\besbuild\b/.test(spawnfile)

/** Reads what comes in, on its way: a listener would make the stream flow before its reader is there. */
function hear(stream: Readable | null): () => string {
  let text = ''
  if (!stream) return () => text
  const push = stream.push.bind(stream)
  stream.push = (chunk: unknown, ...rest: []) => {
    if (chunk !== null) text = (text + String(chunk)).slice(-kept)
    return push(chunk, ...rest)
  }
  return () => text
}

async function end(child: ChildProcess): Promise<void> {
  if (hasEnded(child) || child.pid === undefined || isShared(child)) return
  const exited = once(child, 'exit')
  try {
    // A group of its own, if it leads one.
    process.kill(-child.pid, 'SIGKILL')
  } catch {
    child.kill('SIGKILL')
  }
  await exited
  // Whoever it has started may still hold them open.
  for (const stream of [child.stdin, child.stdout, child.stderr]) stream?.destroy()
}

const hasEnded = ({ exitCode, signalCode }: ChildProcess): boolean => exitCode !== null || signalCode !== null

const commandOf = ({ spawnargs, pid }: ChildProcess): string =>
  `${spawnargs.join(' ').replaceAll(root, '').slice(0, 300)} (pid ${pid})`

function stateOf({ exitCode, signalCode }: ChildProcess): string {
  if (signalCode !== null) return `ended by ${signalCode}`
  return exitCode === null ? 'still running' : `exit code ${exitCode}`
}

const indented = (name: string, text: string): string =>
  text.trim() === '' ? '' : `  ${name}: ${text.trimEnd().replaceAll('\n', '\n    ')}`

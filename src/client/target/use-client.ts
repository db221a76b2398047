import type { Readable, Writable } from 'node:stream'
import { isatty } from 'node:tty'
import type { Client } from '@modelcontextprotocol/client'
import { type ConnectOptions, connectTo } from '../../library/connect/connect.ts'
import { type ConnectTarget, destinationOf, type UrlAccess } from '../../library/connect/connect-target.ts'
import type { GivenFor } from '../../options/command-line.ts'
import type { LoginOptionValues } from '../../options/login-options.ts'
import type { ServerSource } from '../../protocol/source.ts'
import { exitCodes } from '../../terminal/errors.ts'
import { isTerminal, paint, writeError } from '../../terminal/output.ts'
import { continued } from '../../terminal/printable.ts'
import { ask, type Question } from '../ask.ts'
import { ProgressBar } from '../progress-bar.ts'

/** A server that a command speaks to as its client. */
export interface Target {
  readonly client: Client
  /** How it is named in messages: the file, or the URL. */
  readonly label: string
  /** The server's source, when it was loaded here. */
  readonly source: ServerSource | undefined
  /** The object itself, when it was loaded here and is one of an SDK. */
  readonly server: object | undefined
  /** The export that it is, when it was loaded here. */
  readonly exportName: string | undefined
  /** Whether the server answers in an era, asked over a connection of its own; for one loaded here the source tells. */
  speaks(era: 'legacy' | 'modern'): Promise<boolean>
  /** Milliseconds from the start of the command until the server was there. */
  readonly ready: number
  /** Present when a person sees stderr. */
  readonly bar: ProgressBar | undefined
  /** Whether a person can answer here what the server asks. */
  readonly asks: boolean
  /** Aborted by Ctrl-C. */
  readonly signal: AbortSignal
  /** Prints a result to the process's real stdout, which user code cannot reach, and waits until it has left. */
  print(text: string): Promise<void>
}

export interface TargetOptions {
  /** The options that decide how a local server is loaded. */
  given: GivenFor<'env' | 'envFile' | 'import' | 'require' | 'cache' | 'loadTimeout'>
  userArgs: readonly string[]
  /** The command that starts the server, instead of a spec. */
  exec?: string | undefined
  /** Sent to a URL with every request. */
  header: Record<string, string>
  /** The transport of a URL, where its path does not tell. */
  transport?: 'streamable-http' | 'sse' | undefined
  /** The path of a URL, in place of its own. */
  path?: string | undefined
  /** As whom a URL is called; without it nobody is asked to log in. */
  access?: LoginOptionValues
  /** Seconds that one answer may take. */
  timeout: number
}

/** What a command does with its target. Resolves with the exit code. */
export type Use = (target: Target) => Promise<number>

/** What a client is connected to, and the streams and the way out that the process offers meanwhile. */
export interface Surroundings {
  /** Whatever `connect()` takes. */
  to: unknown
  /** How a URL is reached. */
  access?: UrlAccess
  era: 'legacy' | 'auto'
  label: string
  source: ServerSource | undefined
  exportName?: string
  server?: object | undefined
  /** Seconds. */
  timeout: number
  input: Readable
  output: Writable
  /** Aborted by Ctrl-C. */
  signal: AbortSignal
  /** What Ctrl-C does, for a question that reads the keyboard itself. */
  interrupt: () => void
}

/** Connects, uses and closes a client; after Ctrl-C whatever comes of it is of no interest any more. */
export async function useClient(surroundings: Surroundings, use: Use): Promise<number> {
  const { label, source, exportName, server, output, timeout } = surroundings
  const { signal } = surroundings
  const bar = isTerminal() ? new ProgressBar(process.stderr) : undefined
  const over = new AbortController()
  try {
    const options: ConnectOptions = { era: surroundings.era, timeout: timeout * 1000, signal }
    const asking = bar && isatty(0) ? questions(surroundings, bar, over.signal) : undefined
    const client = await connectTo(connectTargetOf(surroundings), { ...options, ...asking })
    showLogs(client, bar)
    try {
      const print = (text: string) => written(output, text)
      const ready = performance.now()
      const speaks = (asked: 'legacy' | 'modern') => answersIn(asked, surroundings)
      const asks = asking !== undefined
      return await use({ client, label, source, exportName, server, speaks, ready, bar, asks, signal, print })
    } finally {
      over.abort()
      bar?.clear()
      await client.close().catch(() => undefined)
    }
  } catch (error) {
    if (signal.aborted) return exitCodes.interrupted
    throw error
  }
}

/** Milliseconds. A server that does not know an era may as well say nothing. */
const eraLimit = 8_000

function connectTargetOf({ to, access }: Surroundings): ConnectTarget {
  const destination = destinationOf(to)
  return destination.kind === 'url' && access ? { ...destination, access } : destination
}

async function answersIn(era: 'legacy' | 'modern', surroundings: Surroundings): Promise<boolean> {
  const { timeout, signal } = surroundings
  try {
    const limit = Math.min(eraLimit, timeout * 1000)
    await using client = await connectTo(connectTargetOf(surroundings), { era, timeout: limit, signal })
    return client.getProtocolEra() === era
  } catch {
    return false
  }
}

/** A person at the terminal answers what the server asks; without one the server is told that it cannot ask. */
function questions(
  { input, interrupt }: Surroundings,
  bar: ProgressBar,
  signal: AbortSignal,
): Pick<ConnectOptions, 'elicit' | 'client'> {
  const terminal = { input, screen: process.stderr, signal, onInterrupt: interrupt }
  // One question at a time: there is one keyboard.
  let last: Promise<unknown> = Promise.resolve()
  return {
    client: { capabilities: { elicitation: { form: {}, url: {} } } },
    elicit: async (question) => {
      const reply = bar.aside(() => last.then(() => ask(question as Question, terminal)))
      last = reply
      return { ...(await reply) }
    },
  }
}

function showLogs(client: Client, bar: ProgressBar | undefined): void {
  client.setNotificationHandler('notifications/message', ({ params: { level, data, logger } }) => {
    const text = typeof data === 'string' ? data : JSON.stringify(data)
    const line = `${paint.dim(`[${level}]`)} ${continued(logger ? `${logger}: ${text}` : text)}`
    if (bar) bar.above(line)
    else writeError(line)
  })
}

const written = (output: Writable, text: string): Promise<void> =>
  new Promise((resolve, reject) => {
    output.write(text, (error) => {
      // A reader that has enough, such as `head`, is no failure.
      if (error && !('code' in error && error.code === 'EPIPE')) reject(error)
      else resolve()
    })
  })

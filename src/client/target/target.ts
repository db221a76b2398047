import type { Client } from '@modelcontextprotocol/client'
import type { GivenFor } from '../../options/command-line.ts'
import type { ServerSource } from '../../protocol/source.ts'
import type { ProgressBar } from '../progress-bar.ts'

/** A server that a command speaks to as its client. */
export interface Target {
  readonly client: Client
  /** How it is named in messages: the file, or the URL. */
  readonly label: string
  /** The server's source, when it was loaded here. */
  readonly source: ServerSource | undefined
  /** The export that it is, when it was loaded here. */
  readonly exportName: string | undefined
  /** Whether the server answers in an era, asked over a connection of its own; for one loaded here the source tells. */
  speaks(era: 'legacy' | 'modern'): Promise<boolean>
  /** Milliseconds from the start of the command until the server was there. */
  readonly ready: number
  /** Present when a person sees stderr. */
  readonly bar: ProgressBar | undefined
  /** Aborted by Ctrl-C. */
  readonly signal: AbortSignal
  /** Prints a result to the process's real stdout, which user code cannot reach, and waits until it has left. */
  print(text: string): Promise<void>
}

export interface TargetOptions {
  /** The options that decide how a local server is loaded. */
  given: GivenFor<'env' | 'envFile' | 'cache' | 'loadTimeout'>
  userArgs: readonly string[]
  /** The command that starts the server, instead of a spec. */
  exec?: string | undefined
  /** Sent to a URL with every request. */
  header: Record<string, string>
  /** Seconds that one answer may take. */
  timeout: number
}

/** What a command does with its target. Resolves with the exit code. */
export type Use = (target: Target) => Promise<number>

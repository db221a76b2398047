import type { Client } from '@modelcontextprotocol/client'
import type { ProgressBar } from '../client/progress-bar.ts'
import type { GivenFor } from '../options/command-line.ts'
import type { ServerSource } from '../source.ts'
import { reachedKind } from '../spec-kind.ts'
import { fromConnect } from './from-connect.ts'

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

/**
 * Opens what a spec or URL means, uses it, and ends it. A local server is loaded into this process.
 * @returns the exit code: that of `use`, or 130 after Ctrl-C.
 * @throws CliError (exit 3) when a local server cannot be loaded, (exit 4) when a URL cannot be reached.
 */
export async function withTarget(spec: string, options: TargetOptions, use: Use): Promise<number> {
  const remote = await remoteTarget(spec, options)
  if (remote)
    return (await import('./remote-target.ts')).withRemote(remote, options.exec ?? spec, options, use)
  return (await import('./local-target.ts')).withLocal(spec, options, use)
}

/** What `connect()` is to connect to, unless the spec means a server that is loaded here. */
async function remoteTarget(spec: string, options: TargetOptions): Promise<unknown> {
  const { exec, header } = options
  if (exec !== undefined) return (await import('./exec-target.ts')).execTarget(exec, spec, options)
  const kind = reachedKind(spec)
  if (kind === 'url') return { url: spec, headers: header }
  if (kind === 'configured') return (await import('./configured-server.ts')).configuredServer(spec)
  if (kind === undefined) return undefined
  const { readServerMap } = await import('../library/server-map.ts')
  try {
    return readServerMap(spec, undefined)
  } catch (error) {
    throw fromConnect(error)
  }
}

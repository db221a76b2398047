import type { Client, ClientOptions } from '@modelcontextprotocol/client'
import type {
  CreateMessageRequestParams,
  CreateMessageResult,
  ElicitRequestParams,
  ElicitResult,
  Implementation,
  Root,
} from '@modelcontextprotocol/server'
import { shown } from '../../options/option.ts'
import { timerDelay } from '../../process/clock.ts'
import { version } from '../../process/version.ts'
import { reachFault } from '../../remote/reach-fault.ts'
import { CliError, exitCodes } from '../../terminal/errors.ts'
import { type ConnectTarget, destinationOf } from './connect-target.ts'
import { type Opened, openDestination } from './open-destination.ts'

/** How to introduce the client, and what it answers when a server asks. */
export interface ConnectOptions {
  /** Which server to take when the target is an `mcp.json` with several. */
  server?: string
  /**
   * `modern` speaks 2026-07-28 alone, `legacy` sessions (2025-11-25 and before), and `auto` the first of them that the
   * server speaks.
   * @defaultValue `auto`
   */
  era?: 'auto' | 'legacy' | 'modern'
  /**
   * How the client introduces itself.
   * @defaultValue `fastmcp`, in the version of this package
   */
  clientInfo?: Implementation
  /**
   * Milliseconds that connecting may take.
   * @defaultValue `30000`
   */
  timeout?: number
  /** Gives up connecting when it is aborted. */
  signal?: AbortSignal
  /** Answers what the server asks the person (2025-11-25, client/elicitation); offered only when it is given. */
  elicit?: (request: ElicitRequestParams) => ElicitResult | Promise<ElicitResult>
  /** Answers what the server asks the model (2025-11-25, client/sampling); offered only when it is given. */
  sample?: (request: CreateMessageRequestParams) => CreateMessageResult | Promise<CreateMessageResult>
  /** The folders the server may know of, as `file://` URIs (2025-11-25, client/roots). */
  roots?: readonly Root[]
  /** Further options of the official client, such as more `capabilities`. */
  client?: ClientOptions
}

/**
 * Connects the official SDK's client to a server, whatever form it is named in:
 * - a server object (`FastMCP`, or `McpServer` or `Server` of SDK v1 or v2) or a factory of one, in this process;
 * - a URL: SSE when its path ends in `/sse` or `/sse/`, else Streamable HTTP; or `{ url, transport, headers }`;
 * - a server file such as `server.ts` or `server.ts:name`, which `fastmcp run` then serves over stdio;
 * - an `mcp.json` or `{ mcpServers }`, when it holds one server or `server` names one;
 * - `{ command, args, env, cwd }`, one of `SSETransport`, `StreamableHttpTransport` and `StdioTransport`, or a
 *   transport of the official client.
 *
 * Use it with `await using`, or call `close()`: that ends what was started for it.
 * @throws CliError for an invalid target (`exitCode` 2), a server that does not load (3) or cannot be
 * reached (4), saying why in one line.
 */
export async function connect(
  target: unknown,
  options: ConnectOptions = {},
): Promise<Client & AsyncDisposable> {
  return connectTo(meantBy(target, options.server), options)
}

/** A mistake in a call names the function, for whoever looks for the call in a program. */
function meantBy(target: unknown, name: string | undefined): ConnectTarget {
  try {
    return destinationOf(target, name)
  } catch (error) {
    if (!(error instanceof CliError)) throw error
    throw new CliError(error.exitCode, `connect: ${error.message}`, error.details)
  }
}

/** As `connect`, when it is known what the target means. */
export async function connectTo(
  destination: ConnectTarget,
  options: ConnectOptions,
): Promise<Client & AsyncDisposable> {
  const opened = await openDestination(destination)
  const client = await clientFor(opened, options)
  const { signal } = options
  const timeout = timerDelay(options.timeout ?? connectLimit)
  const late = new AbortController()
  const timer = setTimeout(() => late.abort(timedOut(timeout)), timeout)
  const stop = signal ? AbortSignal.any([signal, late.signal]) : late.signal
  try {
    await Promise.race([client.connect(opened.transport, { timeout, signal: stop }), aborted(stop)])
  } catch (error) {
    await Promise.resolve(opened.transport.close()).catch(() => undefined)
    throw connectFault(error, opened)
  } finally {
    clearTimeout(timer)
  }
  opened.words?.passOn()
  return Object.assign(client, { [Symbol.asyncDispose]: () => client.close() })
}

/** Milliseconds. */
const connectLimit = 30_000

async function clientFor({ legacyOnly, probeLimit }: Opened, options: ConnectOptions): Promise<Client> {
  const { Client: OfficialClient } = await import('../../remote/official-client.ts')
  const { era = 'auto', clientInfo = { name: 'fastmcp', version }, elicit, sample, roots } = options
  const mode = era === 'modern' ? { pin: '2026-07-28' } : legacyOnly ? 'legacy' : era
  const { timeout = connectLimit } = options
  const probe = probeLimit === undefined ? {} : { probe: { timeoutMs: Math.min(probeLimit, timeout / 2) } }
  const client = new OfficialClient(clientInfo, {
    versionNegotiation: { mode, ...probe },
    ...options.client,
    capabilities: {
      ...(elicit && { elicitation: {} }),
      ...(sample && { sampling: {} }),
      ...(roots && { roots: {} }),
      ...options.client?.capabilities,
    },
  })
  if (elicit) client.setRequestHandler('elicitation/create', ({ params }) => elicit(params))
  if (sample) client.setRequestHandler('sampling/createMessage', ({ params }) => sample(params))
  if (roots) client.setRequestHandler('roots/list', () => ({ roots: [...roots] }))
  return client
}

function aborted(signal: AbortSignal): Promise<never> {
  return new Promise((_, reject) => {
    if (signal.aborted) reject(signal.reason)
    signal.addEventListener('abort', () => reject(signal.reason), { once: true })
  })
}

class TimedOut extends Error {}

const timedOut = (limit: number): Error => new TimedOut(`no answer in ${limit / 1000} s`)

/** One line for whatever kept a client from connecting; the original is its `cause`. */
function connectFault(error: unknown, { label, words, unauthorized, way }: Opened): CliError {
  const [first, ...more] = words?.lines ?? []
  const details = more.map((line) => `  ${line}`)
  if (first !== undefined && !(error instanceof TimedOut)) {
    return new CliError(exitCodes.load, `${shown(label)} did not start: ${first}`, details, { cause: error })
  }
  const reason = reachFault(error, unauthorized, way)
  const all = first === undefined ? [] : [`  ${first}`, ...details]
  return new CliError(exitCodes.listen, `cannot connect to ${shown(label)}: ${reason}`, all, { cause: error })
}

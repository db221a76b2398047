import type { Readable } from 'node:stream'
import type { Transport } from '@modelcontextprotocol/client'
import { sourceKey } from '../../process/runner-hook.ts'
import type { Channel } from '../../protocol/channel.ts'
import type { ServerSource } from '../../protocol/source.ts'
import { tokenWords } from '../../remote/token-words.ts'
import { shownUrl } from '../../remote/url/server-url.ts'
import { sseTransport } from '../../remote/url/sse-transport.ts'
import { serveInMemory } from '../../serve/serve-in-memory.ts'
import { exportedSource, factorySource, NoServerMade } from '../../sessions/derived/exported-source.ts'
import { loadError } from '../../terminal/errors.ts'
import { say } from '../../terminal/output.ts'
import { runnerCommand } from '../run/runner-command.ts'
import type { CommandOptions } from './client-transports.ts'
import type { ConnectTarget } from './connect-target.ts'

/** The client's end of a connection that has not begun yet. */
export interface Opened {
  transport: Transport
  /** How the server is called in messages. */
  label: string
  /** What a started program says on stderr. */
  words?: StderrBuffer
  /** What a 401 means, where there can be one. */
  unauthorized?: string
  /** By what it is reached, in words, if not directly. */
  way?: string | undefined
  /** Only the legacy era is spoken there. */
  legacyOnly?: boolean
  /** Milliseconds after which a program that does not answer what it does not know counts as one of the legacy era. */
  probeLimit?: number
}

/** A program has to start before it can answer. */
const programProbeLimit = 5000

/** Makes the transport for a destination; the official client is loaded only where one of its own is needed. */
export async function openDestination(destination: ConnectTarget): Promise<Opened> {
  switch (destination.kind) {
    case 'transport':
      return { transport: asTransport(destination.transport), label: 'the transport' }
    case 'own':
      return inMemory(destination.server[sourceKey]())
    case 'instance':
      return inMemory(await exportedSource(destination.server))
    case 'factory': {
      const source = await factorySource(destination.factory).catch(notAFactory)
      return inMemory(source, () => source.close())
    }
    case 'url':
      return overHttp(destination)
    case 'command':
      return overStdio(destination)
    case 'file':
      return withRunner(destination.spec)
  }
}

/** What the factory itself throws is its caller's, who is a program: only that can give a function. */
function notAFactory(error: unknown): never {
  throw error instanceof NoServerMade ? loadError(`connect: ${error.message}`) : error
}

/** @param release ends what was made for this client alone; an exported server outlives its clients. */
function inMemory(source: ServerSource, release: () => Promise<void> = () => Promise.resolve()): Opened {
  const log = (level: string, message: string) => {
    if (level === 'error') say(message)
  }
  return { transport: asTransport(serveInMemory(source, log, release)), label: source.name }
}

/** How code gives a token. */
const remedy = "give headers: { authorization: 'Bearer …' }"

async function overHttp({
  url,
  transport,
  headers,
  access,
}: ConnectTarget & { kind: 'url' }): Promise<Opened> {
  const sdk = await import('../../remote/official-client.ts')
  const options = { requestInit: { headers }, ...(access && { fetch: access.fetch }) }
  const sse = transport === 'sse'
  const made = sse ? sseTransport(sdk, url, options) : new sdk.StreamableHTTPClientTransport(url, options)
  return {
    transport: made as Transport,
    label: shownUrl(url),
    legacyOnly: sse,
    unauthorized: access?.unauthorized ?? tokenWords({ headers }, remedy),
    way: access?.way,
  }
}

async function overStdio({ command, args = [], env = {}, cwd }: CommandOptions): Promise<Opened> {
  const { StdioClientTransport } = await import('../../remote/official-client.ts')
  const settings = {
    command,
    args: [...args],
    env,
    ...(cwd !== undefined && { cwd }),
    stderr: 'pipe' as const,
  }
  const transport = new StdioClientTransport(settings)
  return {
    transport: transport as Transport,
    label: command,
    probeLimit: programProbeLimit,
    words: new StderrBuffer(transport.stderr as Readable),
  }
}

/** Starts `fastmcp run`, which knows how to load any server file, with the whole environment of this process. */
async function withRunner(spec: string): Promise<Opened> {
  const { StdioClientTransport } = await import('../../remote/official-client.ts')
  // Our runner answers both eras, so the client may ask it directly; of the SDK's own class it would start two.
  class RunnerTransport extends StdioClientTransport {}
  const transport = new RunnerTransport({ ...runnerCommand(spec), stderr: 'pipe' })
  return {
    transport: transport as Transport,
    label: spec,
    words: new StderrBuffer(transport.stderr as Readable),
  }
}

const asTransport = (channel: Channel) => channel as unknown as Transport

/** Characters kept of what a program says before it is connected. */
const limit = 16_384

/** What a started program says on stderr: kept until it is connected, for the error if it never is; then passed on. */
class StderrBuffer {
  #text = ''
  #passing = false

  constructor(stderr: Readable) {
    stderr.setEncoding('utf8')
    stderr.on('data', (text: string) => {
      if (this.#passing) process.stderr.write(text)
      else this.#text = (this.#text + text).slice(-limit)
    })
  }

  passOn(): void {
    this.#passing = true
    process.stderr.write(this.#text)
    this.#text = ''
  }

  /** The lines so far, without the name our own runner puts first. */
  get lines(): string[] {
    const lines = this.#text.trim().split(/\r?\n/)
    return lines.map((line) => line.replace(/^fastmcp: /, '')).filter((line) => line !== '')
  }
}

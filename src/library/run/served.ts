import type { Readable, Writable } from 'node:stream'
import type { Settings } from '../../options/settings.ts'
import type { ServerSource } from '../../protocol/source.ts'
import { openHttp } from '../../serve/http-front.ts'
import { httpOptions } from '../../serve/http-options.ts'
import type { Running } from '../../serve/serve-options.ts'
import { serveStdio } from '../../serve/stdio-front.ts'
import type { Output } from '../../terminal/output.ts'

export interface Start {
  server: object
  source: ServerSource
  settings: Settings
  output: Output
  stdio: { input: Readable; output: Writable }
  /** The client on stdio has gone; without it, that server is closed. */
  onGone?: (() => void) | undefined
}

interface Served {
  server: object
  name: string
  running: Running
}

/** What this process serves through the library at the moment. */
const served = new Set<Served>()

/** How messages name what is being served. */
export const namesOfServed = (): string =>
  [...served].map(({ name, running }) => `${name} on ${running.url ?? 'stdio'}`).join(' and ')

/** Closes everything that is served in this process; `true` when nothing had to be cut off. */
export async function closeAll(limit?: number): Promise<boolean> {
  const drained = await Promise.all([...served].map(({ running }) => running.close(limit)))
  return drained.every(Boolean)
}

/**
 * Serves on the transport that the settings name, until it is closed.
 * @throws CliError (exit 4) when the address cannot be listened on; Error when stdio is taken already.
 */
export async function start({ server, source, settings, output, stdio, onGone }: Start): Promise<Running> {
  const shared = closedWithLast(server, source)
  const { log } = output
  if (settings.transport.value !== 'stdio') {
    const options = httpOptions(settings)
    return keep(server, source.name, (await openHttp(options, log)).serve(shared, options))
  }
  refuseSecondStdio()
  const gone = onGone ?? (() => void running.close())
  const running = keep(
    server,
    source.name,
    serveStdio(shared, { ...stdio, maxBody: settings.maxBody.value, onGone: gone, log }),
  )
  return running
}

function keep(server: object, name: string, running: Running): Running {
  let closing: Promise<boolean> | undefined
  const close = (limit?: number) => {
    closing ??= running.close(limit).finally(() => served.delete(entry))
    return closing
  }
  const entry: Served = { server, name, running: { url: running.url, close } }
  served.add(entry)
  return entry.running
}

/** The user's own clean-up is for when nobody is served from this object any more. */
const closedWithLast = (server: object, source: ServerSource): ServerSource => ({
  ...source,
  close: async () => {
    if ([...served].filter((one) => one.server === server).length <= 1) await source.close()
  },
})

function refuseSecondStdio(): void {
  const first = [...served].find(({ running }) => running.url === undefined)
  if (!first) return
  throw new Error(
    `stdio already serves ${first.name}, and a process has only one. Use: await mcp.runAsync({ transport: 'http', port: 0 })`,
  )
}

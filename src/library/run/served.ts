import type { Readable, Writable } from 'node:stream'
import type { Settings } from '../../options/settings.ts'
import type { ServerSource } from '../../protocol/source.ts'
import { serveOn } from '../../serve/serve-on.ts'
import type { Running } from '../../serve/serve-options.ts'
import type { Output } from '../../terminal/output.ts'

export interface Start {
  server: object
  source: ServerSource
  settings: Settings
  output: Output
  /** The streams of the client on stdio; without more, the server is closed when it has gone. */
  stdio: { input: Readable; output: Writable; onGone?: () => void }
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
export async function start({ server, source, settings, output, stdio }: Start): Promise<Running> {
  const onStdio = settings.transport.value === 'stdio'
  if (onStdio) claimStdio(source.name)
  try {
    const gone = { onGone: () => void running.close() }
    const shared = closedWithLast(server, source)
    const serving = await serveOn(shared, settings, { log: output.log, stdio: { ...gone, ...stdio } })
    const running = keep(server, source.name, serving)
    return running
  } catch (error) {
    if (onStdio) hasStdio = undefined
    throw error
  }
}

function keep(server: object, name: string, running: Running): Running {
  let closing: Promise<boolean> | undefined
  const close = (limit?: number) => {
    closing ??= running.close(limit).finally(() => forget(entry))
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

function forget(entry: Served): void {
  served.delete(entry)
  if (entry.running.url === undefined) hasStdio = undefined
}

/** Whose stdio is, from the moment that somebody begins to serve on it. */
let hasStdio: string | undefined

function claimStdio(name: string): void {
  if (hasStdio !== undefined) {
    throw new Error(
      `stdio already serves ${hasStdio}, and a process has only one. Use: await mcp.runAsync({ transport: 'http', port: 0 })`,
    )
  }
  hasStdio = name
}

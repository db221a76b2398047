import { isatty } from 'node:tty'
import { guardIn } from '../options/checks/caller-check.ts'
import type { Settings } from '../options/settings.ts'
import { workersMeant } from '../options/worker-options.ts'
import { version } from '../process/version.ts'
import type { AuthHook, RemoteHook } from '../protocol/auth.ts'
import type { ServerSource } from '../protocol/source.ts'
import { isTerminal, type Output, paint } from '../terminal/output.ts'
import { isLoopback, networkAddress } from '../transports/http/host-check.ts'
import { WebUrl } from '../transports/web/web-url.ts'
import { askHook } from './auth/ask-hook.ts'
import type { Running } from './serve-options.ts'

export interface Announcement {
  source: Pick<ServerSource, 'name' | 'version' | 'counts' | 'routes' | 'auth'>
  running: Running
  settings: Settings
  output: Output
  /** The file and export that are being served. */
  label?: string
  /** Suggested next commands for a server at this URL, or on stdio. */
  nextSteps?: (url: string | undefined) => readonly string[]
}

/** Prints where the server can be reached, once it is listening. */
export function announce(announcement: Announcement): void {
  const { running, settings, output } = announcement
  const url = running.url
  const terse = !isTerminal() || !settings.banner.value
  if (url === undefined) {
    // When a client has started us nobody reads this, and some clients show every stderr line as an error.
    if (!isatty(0)) return
    if (terse) output.log('warning', waiting)
    else output.block('warning', stdioBanner(announcement))
    return
  }
  if (terse) output.log('info', `listening on ${url}${withWorkers(settings)}`)
  else output.block('info', httpBanner(announcement, url))
  const warn = (note: string) =>
    terse ? output.log('warning', note) : output.block('warning', [`  ${note}`])
  if (settings.transport.value === 'sse')
    warn('SSE is deprecated; use -t http unless a client speaks only SSE')
  void networkWarning(url, settings, announcement.source.auth).then((note) => note && warn(note))
}

/**
 * A warning if the server can be reached from other machines and admits every caller; otherwise undefined. An auth hook
 * is tried with an anonymous caller, because a hook that admits everybody is no better than none.
 */
export async function networkWarning(
  url: string,
  settings: Settings,
  auth: AuthHook | RemoteHook | undefined,
): Promise<string | undefined> {
  if (isLoopback(settings.host.value)) return undefined
  if (guardIn(settings) !== undefined) return undefined
  const outside = networkUrl(url, settings)
  const where = outside ? ` (${outside})` : ''
  if (!auth) return `reachable from the network without authentication${where}; see --token-env`
  // Has been loaded with the port, where the server is on one.
  const { WebRequest } = await import('../transports/web/web-classes.ts')
  const nobody = new WebRequest(url, { method: 'POST' })
  const outcome = await ('ask' in auth ? auth.ask(nobody) : askHook(auth, nobody))
  if (outcome.kind !== 'known') return undefined
  return `reachable from the network${where}, and its auth hook admits callers without a token; see --token-env`
}

/** The URL of this server for other machines; undefined if it is not reachable from there or its address is unknown. */
function networkUrl(url: string, settings: Settings): string | undefined {
  const address = isLoopback(settings.host.value) ? undefined : networkAddress()
  if (address === undefined) return undefined
  const { protocol, port, pathname } = new WebUrl(url)
  return `${protocol}//${address}:${port}${pathname}`
}

function title(source: Announcement['source'], label: string | undefined): string {
  const counts = [...source.counts].map(([word, count]) => `${count} ${word}${count === 1 ? '' : 's'}`)
  const name = source.version ? `${source.name} ${source.version}` : source.name
  const parts = [name, label, counts.join(', ')].filter((part) => part !== undefined && part !== '')
  return `${paint.bold('fastmcp')} ${version}  ${parts.join(' · ')}`
}

/** How many processes serve, if more than this one. */
function withWorkers({ workers }: Settings): string {
  if (workers.value === undefined) return ''
  const count = workersMeant(workers.value)
  return ` with ${count} worker${count === 1 ? '' : 's'}`
}

const waiting = 'stdio: waiting for a client on standard input (Ctrl-C stops)'

function stdioBanner({ source, label, nextSteps }: Announcement): string[] {
  return [title(source, label), `  ${waiting}`, ...(nextSteps?.(undefined) ?? [])]
}

function httpBanner({ source, settings, label, nextSteps }: Announcement, url: string): string[] {
  const { origin } = new URL(url)
  const words = settings.transport.value === 'sse' ? 'SSE' : 'Streamable HTTP'
  const rows: [string, string][] = [[url, words + withWorkers(settings)]]
  const outside = networkUrl(url, settings)
  if (outside !== undefined) rows.push([outside, 'from other machines'])
  if (settings.health.value !== undefined) rows.push([origin + settings.health.value, 'GET'])
  for (const route of source.routes) rows.push([origin + route.path, route.methods.join(' ')])
  const shown = rows.slice(0, 6)
  const width = Math.max(...shown.map(([address]) => address.length))
  const lines = shown.map(([address, what]) => `  ➜  ${paint.accent(address.padEnd(width))}  ${what}`)
  if (rows.length > shown.length) lines.push(`     and ${rows.length - shown.length} more routes`)
  return [title(source, label), ...lines, ...(nextSteps?.(url) ?? []), '  stop   Ctrl-C']
}

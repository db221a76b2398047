import { type ChildProcess, fork } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { findInspector, type InspectorPackage } from '../../npm/inspector-package.ts'
import { now } from '../../process/clock.ts'
import { endChild } from '../../process/end-child.ts'
import { messageOf } from '../../terminal/errors.ts'

export interface InspectorOptions {
  /** The server's URL for a local client. */
  url: string
  transport: 'http' | 'sse'
  /** The port of the page. */
  port: number
  folder: string
  /** The folder for our own copy of the Inspector. */
  cache: () => string
  version: string | undefined
  /** The headers that the server requires, as far as known. */
  headers: Readonly<Record<string, string>>
  env: NodeJS.ProcessEnv
}

/** Events of the Inspector, for the terminal. */
export interface InspectorEvents {
  installing(): void
  /** The page is up, and connects automatically at this URL. */
  ready(page: string): void
  /** There is no Inspector, or it has exited; the server continues without. */
  missing(reason: string): void
}

/** Milliseconds for the page to come up, and for the process to exit. */
const startLimit = 30_000
const stopLimit = 2_000

/** Stops the Inspector when this process exits, in whatever way. */
const endWithParent =
  'data:text/javascript,process.on("disconnect",()=>process.kill(process.pid,"SIGTERM"));process.channel.unref()'

/**
 * The MCP Inspector, started once next to the front and unaffected by reloads. None of its failures is fatal: the
 * server is served without it.
 */
export class Inspector {
  readonly #options: InspectorOptions
  readonly #events: InspectorEvents
  readonly #token = randomBytes(32).toString('hex')
  readonly #stopped = new AbortController()
  #process: ChildProcess | undefined
  /** A private folder with its configuration. */
  #folder: string | undefined
  #words = ''
  #restarts = 0

  constructor(options: InspectorOptions, events: InspectorEvents) {
    this.#options = options
    this.#events = events
  }

  /** The URL of a page that connects without a click. */
  get #link(): string {
    const { url, transport, port } = this.#options
    const query = new URLSearchParams({ serverUrl: url, transport, autoConnect: this.#token })
    return `http://127.0.0.1:${port}/?${query}`
  }

  async start(): Promise<void> {
    const { folder, cache, version } = this.#options
    const { signal } = this.#stopped
    const installing = () => this.#events.installing()
    try {
      const found = await findInspector({ folder, cache, version, installing, signal })
      this.#spawn(found)
      await this.#up()
      if (!signal.aborted) this.#events.ready(this.#link)
    } catch (error) {
      if (!signal.aborted) this.#events.missing(messageOf(error))
    }
  }

  async close(): Promise<void> {
    this.#stopped.abort()
    if (this.#process) await endChild(this.#process, stopLimit)
    if (this.#folder !== undefined) rmSync(this.#folder, { recursive: true, force: true })
  }

  #spawn(found: InspectorPackage): void {
    const child = fork(found.entry, ['--web', '--catalog', this.#catalog()], {
      execArgv: ['--import', endWithParent],
      env: this.#environment(),
      stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
    })
    this.#process = child
    child.stderr?.on('data', (chunk: Buffer) => {
      this.#words = (this.#words + chunk).slice(-2_000)
    })
    child.on('error', () => undefined)
    child.once('exit', () => {
      if (this.#stopped.signal.aborted) return
      // Restarted once, with the same port and token, so that the open page works again.
      if (this.#restarts++ === 0) this.#spawn(found)
      else this.#events.missing(`it has ended${this.#lastWords()}`)
    })
  }

  /**
   * Its server catalog: only ours, under the name in the link, with both eras enabled and lists refreshed on changes.
   */
  #catalog(): string {
    const { url, transport, headers } = this.#options
    const row = { type: transport, url, headers, protocolEra: 'auto', autoRefreshOnListChanged: true }
    this.#folder ??= mkdtempSync(join(tmpdir(), 'fastmcp-inspector-'))
    const file = join(this.#folder, 'servers.json')
    writeFileSync(file, JSON.stringify({ mcpServers: { 'deep-link': row } }), { mode: 0o600 })
    return file
  }

  #environment(): NodeJS.ProcessEnv {
    const env = { ...this.#options.env }
    // Variables that are for other programs, or would disable the link.
    for (const name of [
      'MCP_CATALOG_PATH',
      'DANGEROUSLY_OMIT_AUTH',
      'SERVER_PORT',
      'MCP_PROXY_AUTH_TOKEN',
      'HOST',
    ])
      delete env[name]
    const [major = 0, minor = 0] = process.versions.node.split('.').map(Number)
    const proxies = ['HTTP_PROXY', 'HTTPS_PROXY', 'http_proxy', 'https_proxy']
    // Its proxy support needs a newer Node, and it refuses to start otherwise.
    if (major < 22 || (major === 22 && minor < 19)) for (const name of proxies) delete env[name]
    const loopback = ['localhost', '127.0.0.1', '::1']
    env.NO_PROXY = [env.NO_PROXY ?? env.no_proxy, ...loopback].filter(Boolean).join(',')
    return {
      MCP_SANDBOX_PORT: '0',
      MCP_APP_ORIGIN_PORT: '0',
      ...env,
      CLIENT_PORT: String(this.#options.port),
      MCP_INSPECTOR_API_TOKEN: this.#token,
      MCP_AUTO_OPEN_ENABLED: 'false',
    }
  }

  /** @throws Error if the page does not come up. */
  async #up(): Promise<void> {
    const deadline = now() + startLimit
    while (now() < deadline && !this.#stopped.signal.aborted) {
      if (this.#restarts > 1) throw new Error(`it does not start${this.#lastWords()}`)
      const page = await fetch(`http://127.0.0.1:${this.#options.port}/`).catch(() => undefined)
      await page?.body?.cancel()
      if (page?.ok) return
      await delay(100)
    }
    throw new Error(`it did not start in ${startLimit / 1000} s${this.#lastWords()}`)
  }

  #lastWords(): string {
    const last = this.#words.trim().split('\n').at(-1) ?? ''
    return last === '' ? '' : `: ${last.slice(0, 200)}`
  }
}

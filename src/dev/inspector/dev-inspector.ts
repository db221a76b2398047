import { cacheFolder, temporaryFolder } from '../../files/cache-folder.ts'
import { hasBrowser, openBrowser } from '../../process/browser.ts'
import { freePort } from '../../process/free-port.ts'
import { CliError } from '../../terminal/errors.ts'
import type { Terminal } from '../screen/terminal.ts'
import { Inspector } from './inspector.ts'
import { inspectorPath } from './inspector-address.ts'

export interface InspectorWish {
  port: number
  /** Whether the user chose the port, so that no other is tried. */
  portNamed: boolean
  version: string | undefined
  open: boolean
  transport: 'http' | 'sse'
  /** The token that callers need, if there is a single one. */
  token: string | undefined
  cwd: string
  env: NodeJS.ProcessEnv
}

/** The Inspector of one `fastmcp dev`: located, started, opened, and stopped with it. */
export class DevInspector {
  readonly #wish: InspectorWish
  readonly #port: number
  readonly #terminal: Terminal
  #inspector: Inspector | undefined
  /** The page's own URL, once it is up. */
  #page: string | undefined
  /** The link to it on the server's own port. */
  #link = ''

  private constructor(wish: InspectorWish, port: number, terminal: Terminal) {
    this.#wish = wish
    this.#port = port
    this.#terminal = terminal
  }

  /** @throws CliError (exit 4) when a port that the user named is in use. */
  static async wanted(
    wish: InspectorWish | undefined,
    terminal: Terminal,
  ): Promise<DevInspector | undefined> {
    if (!wish) return undefined
    try {
      return new DevInspector(wish, await freePort(wish.port, wish.portNamed, '--inspector-port'), terminal)
    } catch (error) {
      if (wish.portNamed || !(error instanceof CliError)) throw error
      terminal.inspectorMissing(error.message)
      return undefined
    }
  }

  /** Starts in the background: the server does not wait for its Inspector. */
  start(url: string): void {
    const { version, transport, token, cwd: folder, env } = this.#wish
    const cache = () => cacheFolder(env) ?? temporaryFolder('installed')
    const headers = token === undefined ? {} : { Authorization: `Bearer ${token}` }
    const settings = { url, transport, headers, port: this.#port, folder, cache, version, env }
    this.#link = new URL(inspectorPath, url).href
    this.#inspector = new Inspector(settings, {
      installing: () => this.#terminal.inspectorInstalling(version),
      missing: (reason) => this.#terminal.inspectorMissing(reason),
      ready: (page) => {
        this.#page = page
        const link = this.#link
        const opened = this.#wish.open && hasBrowser(env)
        if (opened) void openBrowser(new URL(link), env)
        this.#terminal.inspectorReady({ link, opened, hasToken: token !== undefined })
      },
    })
    void this.#inspector.start()
  }

  /** The page's own URL; undefined while it is not up. */
  get page(): string | undefined {
    return this.#page
  }

  /** Opens the page again; prints its URL if no browser can be opened. */
  open(): void {
    if (this.#page === undefined) return this.#terminal.lines(['  the Inspector is not up yet'])
    const byHand = () => this.#terminal.lines([`  open it in a browser:  ${this.#link}`])
    const { env } = this.#wish
    if (!hasBrowser(env)) return byHand()
    void openBrowser(new URL(this.#link), env, byHand).then((opened) => opened || byHand())
  }

  async close(): Promise<void> {
    await this.#inspector?.close()
  }
}

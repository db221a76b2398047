import { spawn } from 'node:child_process'
import { cacheFolder, temporaryFolder } from '../../files/cache-folder.ts'
import { freePort } from '../../process/free-port.ts'
import { CliError } from '../../terminal/errors.ts'
import type { Terminal } from '../screen/terminal.ts'
import { Inspector } from './inspector.ts'

export interface InspectorWish {
  port: number
  /** The port is the user's choice: that one or none. */
  portNamed: boolean
  version: string | undefined
  open: boolean
  transport: 'http' | 'sse'
  /** The token that callers need, if it is the same for all. */
  token: string | undefined
  cwd: string
  env: NodeJS.ProcessEnv
}

/** The Inspector of one `fastmcp dev`: found, started, opened, and ended with it. */
export class DevInspector {
  readonly #wish: InspectorWish
  readonly #port: number
  readonly #terminal: Terminal
  #inspector: Inspector | undefined

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

  /** Goes on in the background: the server does not wait for its Inspector. */
  start(url: string): void {
    const { version, transport, token, cwd: folder, env } = this.#wish
    const cache = () => cacheFolder(env) ?? temporaryFolder('installed')
    const headers = token === undefined ? {} : { Authorization: `Bearer ${token}` }
    const settings = { url, transport, headers, port: this.#port, folder, cache, version, env }
    this.#inspector = new Inspector(settings, {
      installing: () => this.#terminal.inspectorInstalling(version),
      missing: (reason) => this.#terminal.inspectorMissing(reason),
      ready: (link) => {
        const opened = this.#wish.open && hasBrowser(env)
        if (opened) openBrowser(link)
        this.#terminal.inspectorReady({ link, opened, hasToken: token !== undefined })
      },
    })
    void this.#inspector.start()
  }

  /** Opens the page once more. */
  open(): void {
    if (this.#inspector) openBrowser(this.#inspector.link)
  }

  async close(): Promise<void> {
    await this.#inspector?.close()
  }
}

/** Whether there is a person with a browser here: not in CI, not over SSH, not without a display. */
function hasBrowser(env: NodeJS.ProcessEnv): boolean {
  if (!process.stderr.isTTY || env.CI || env.SSH_CONNECTION || env.SSH_TTY) return false
  if (process.platform === 'darwin' || process.platform === 'win32') return true
  return Boolean(env.DISPLAY || env.WAYLAND_DISPLAY)
}

/** Opens a page in the user's browser. Nothing happens where there is none. */
function openBrowser(url: string): void {
  const [command, args] = opener(url)
  const child = spawn(command, args, { stdio: 'ignore', detached: true })
  child.on('error', () => undefined)
  child.unref()
}

function opener(url: string): [string, string[]] {
  if (process.platform === 'darwin') return ['open', [url]]
  // The shell's own `start` would cut the address at its first ampersand.
  if (process.platform === 'win32') return ['rundll32', ['url.dll,FileProtocolHandler', url]]
  return ['xdg-open', [url]]
}

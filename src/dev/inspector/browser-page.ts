import { spawn } from 'node:child_process'

/** Whether there is a person with a browser here: not in CI, not over SSH, not without a display. */
export function hasBrowser(env: NodeJS.ProcessEnv): boolean {
  if (!process.stderr.isTTY || env.CI || env.SSH_CONNECTION || env.SSH_TTY) return false
  if (process.platform === 'darwin' || process.platform === 'win32') return true
  return Boolean(env.DISPLAY || env.WAYLAND_DISPLAY)
}

/**
 * Opens a page in the user's browser.
 * @param failed is told when there is none, or it cannot be started.
 */
export function openBrowser(url: string, failed: () => void = () => undefined): void {
  const [command, args] = opener(url)
  const child = spawn(command, args, { stdio: 'ignore', detached: true })
  child.on('error', failed)
  child.on('exit', (code) => code !== 0 && failed())
  child.unref()
}

function opener(url: string): [string, string[]] {
  if (process.platform === 'darwin') return ['open', [url]]
  // The shell's own `start` would cut the address at its first ampersand.
  if (process.platform === 'win32') return ['rundll32', ['url.dll,FileProtocolHandler', url]]
  return ['xdg-open', [url]]
}

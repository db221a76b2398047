import { spawn } from 'node:child_process'

/** Whether this terminal can open a browser: not in CI, over SSH or without a display. */
export function hasBrowser(env: NodeJS.ProcessEnv): boolean {
  if (!process.stderr.isTTY || env.CI || env.SSH_CONNECTION || env.SSH_TTY) return false
  return browserCommand(env) !== undefined
}

/**
 * Opens a URL in the user's browser: that of BROWSER, else the system's default.
 * @param failed is called if the started program reports a failure later.
 * @returns false if there is no browser, or it could not be started.
 */
export function openBrowser(
  url: URL,
  env: NodeJS.ProcessEnv,
  failed: () => void = () => undefined,
): Promise<boolean> {
  const command = browserCommand(env)
  // Only http and https URLs are opened: other schemes start other programs.
  if (!command || !/^https?:$/.test(url.protocol)) return Promise.resolve(false)
  const [program = '', ...args] = command
  return new Promise((resolve) => {
    const child = spawn(program, [...args, url.href], { stdio: 'ignore', detached: true })
    child.once('error', () => resolve(false))
    child.once('spawn', () => resolve(true))
    child.once('exit', (code) => code !== 0 && failed())
    child.unref()
  })
}

/** The command that opens a browser; `undefined` if there is no display. */
export function browserCommand(env: NodeJS.ProcessEnv, platform = process.platform): string[] | undefined {
  const named = env.BROWSER
  if (named !== undefined) return named === '' || named === 'none' ? undefined : [named]
  if (platform === 'darwin') return ['open']
  if (platform === 'win32') return [windowsProgram('rundll32.exe', env), 'url.dll,FileProtocolHandler']
  return env.DISPLAY || env.WAYLAND_DISPLAY ? ['xdg-open'] : undefined
}

/** By its full path, since Windows searches for a bare name in the working directory first. */
const windowsProgram = (name: string, env: NodeJS.ProcessEnv): string =>
  `${env.SystemRoot ?? 'C:\\Windows'}\\System32\\${name}`

import { spawn } from 'node:child_process'

/** Whether a person with a browser is at this terminal: not in CI, not over SSH, not without a display. */
export function hasBrowser(env: NodeJS.ProcessEnv): boolean {
  if (!process.stderr.isTTY || env.CI || env.SSH_CONNECTION || env.SSH_TTY) return false
  return browserCommand(env) !== undefined
}

/**
 * Opens an address in the person's browser: that of BROWSER, else what the system opens addresses with.
 * @param failed is told when the program that was started says later that it could not.
 * @returns false where there is none, or it could not be started.
 */
export function openBrowser(
  url: URL,
  env: NodeJS.ProcessEnv,
  failed: () => void = () => undefined,
): Promise<boolean> {
  const command = browserCommand(env)
  // Nothing but an address of the web is opened: other schemes start other programs.
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

/** The command that opens a browser; `undefined` where nobody would see one. */
export function browserCommand(env: NodeJS.ProcessEnv, platform = process.platform): string[] | undefined {
  const named = env.BROWSER
  if (named !== undefined) return named === '' || named === 'none' ? undefined : [named]
  if (platform === 'darwin') return ['open']
  if (platform === 'win32') return [windowsProgram('rundll32.exe', env), 'url.dll,FileProtocolHandler']
  return env.DISPLAY || env.WAYLAND_DISPLAY ? ['xdg-open'] : undefined
}

/** By its full path, since Windows looks for a bare name in the folder at hand first. */
const windowsProgram = (name: string, env: NodeJS.ProcessEnv): string =>
  `${env.SystemRoot ?? 'C:\\Windows'}\\System32\\${name}`

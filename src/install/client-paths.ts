import { homedir } from 'node:os'
import { posix, win32 } from 'node:path'

/** The machine and account that a client runs in. */
export interface Place {
  platform: NodeJS.Platform
  /** The folder of the account. */
  home: string
  env: NodeJS.ProcessEnv
}

/** Where this process runs. */
export const here = (): Place => ({ platform: process.platform, home: homedir(), env: process.env })

/** Where each client keeps its servers, by the client's name. */
export const clientPaths = {
  'claude-code': ({ home, env, ...place }: Place) =>
    pathsOf(place).join(env.CLAUDE_CONFIG_DIR || home, '.claude.json'),
  'claude-desktop': (place: Place) =>
    pathsOf(place).join(settingsFolder(place), 'Claude', 'claude_desktop_config.json'),
  cursor: (place: Place) => inHome(place, '.cursor', 'mcp.json'),
  vscode: (place: Place) => pathsOf(place).join(settingsFolder(place), 'Code', 'User', 'mcp.json'),
  windsurf: (place: Place) => inHome(place, '.codeium', 'windsurf', 'mcp_config.json'),
  codex: (place: Place) =>
    pathsOf(place).join(place.env.CODEX_HOME || inHome(place, '.codex'), 'config.toml'),
  'gemini-cli': (place: Place) => inHome(place, '.gemini', 'settings.json'),
  goose: (place: Place) =>
    place.platform === 'win32'
      ? win32.join(settingsFolder(place), 'Block', 'goose', 'config', 'config.yaml')
      : posix.join(configFolder(place), 'goose', 'config.yaml'),
  zed: (place: Place) =>
    place.platform === 'win32'
      ? win32.join(settingsFolder(place), 'Zed', 'settings.json')
      : posix.join(configFolder(place), 'zed', 'settings.json'),
} satisfies Record<string, (place: Place) => string>

const pathsOf = ({ platform }: Pick<Place, 'platform'>) => (platform === 'win32' ? win32 : posix)

const inHome = (place: Place, ...parts: string[]) => pathsOf(place).join(place.home, ...parts)

/** Where programs of a person keep their settings, on each system. */
function settingsFolder(place: Place): string {
  if (place.platform === 'darwin') return inHome(place, 'Library', 'Application Support')
  if (place.platform === 'win32') return place.env.APPDATA || inHome(place, 'AppData', 'Roaming')
  return configFolder(place)
}

/** As https://specifications.freedesktop.org/basedir-spec has it: a relative path counts as none. */
function configFolder(place: Place): string {
  const { XDG_CONFIG_HOME: named } = place.env
  return named && posix.isAbsolute(named) ? named : inHome(place, '.config')
}

import { homedir } from 'node:os'
import { posix, win32 } from 'node:path'
import { isRecord } from '../protocol/jsonrpc.ts'
import { type ConfigFormat, sectionOf } from './formats/config-format.ts'

/** The machine and account that a client runs in. */
export interface Machine {
  platform: NodeJS.Platform
  /** The folder of the account. */
  home: string
  env: NodeJS.ProcessEnv
}

/** Where this process runs. */
export const here = (): Machine => ({ platform: process.platform, home: homedir(), env: process.env })

/** What a client starts, or the address that it goes to. */
export interface ServerEntry {
  command?: string
  args?: readonly string[]
  env?: Readonly<Record<string, string>>
  cwd?: string
  url?: string
  /** Only where the address does not say it. */
  type?: 'sse'
  headers?: Readonly<Record<string, string>>
}

/** A program that keeps a list of MCP servers in a file of its own. */
export interface HostClient {
  readonly name: string
  /** As people call it. */
  readonly title: string
  readonly format: () => Promise<ConfigFormat>
  /** The key under which its servers stand. */
  readonly section: string
  /** The file of the person's account. */
  readonly file: (machine: Machine) => string
  /** The file in a project, for clients that have one. */
  readonly workspaceFile?: string
  /** Servers that the file of the account holds for one folder alone. */
  readonly ofFolder?: (config: Record<string, unknown>, folder: string) => Record<string, unknown>
  /** An entry as this client writes it. */
  readonly write: (entry: Startable, name: string) => Record<string, unknown>
}

/** An entry that starts a program. */
export type Startable = Required<Pick<ServerEntry, 'command' | 'args' | 'env'>>

const json = async () => (await import('./formats/json-format.ts')).jsonFormat
const toml = async () => (await import('./formats/toml-format.ts')).tomlFormat
const yaml = async () => (await import('./formats/yaml-format.ts')).yamlFormat

const common = ({ command, args, env }: Startable): Record<string, unknown> => ({
  command,
  args: [...args],
  ...(Object.keys(env).length > 0 && { env: { ...env } }),
})

/** Goose writes what it calls extensions; `bundled` and `timeout` are what it adds to one of its own making. */
const asExtension = ({ command, args, env }: Startable, name: string): Record<string, unknown> => ({
  name,
  type: 'stdio',
  enabled: true,
  cmd: command,
  args: [...args],
  envs: { ...env },
  timeout: 300,
})

export const hostClients: readonly HostClient[] = [
  {
    name: 'claude-code',
    title: 'Claude Code',
    format: json,
    section: 'mcpServers',
    file: ({ home, env, ...machine }) => pathsOf(machine).join(env.CLAUDE_CONFIG_DIR || home, '.claude.json'),
    workspaceFile: '.mcp.json',
    ofFolder: ({ projects }, folder) => {
      // On Windows its keys are written with the other slash.
      const project = isRecord(projects) && (projects[folder] ?? projects[folder.replaceAll('\\', '/')])
      return isRecord(project) ? sectionOf(project, 'mcpServers') : {}
    },
    write: (entry) => ({ type: 'stdio', ...common(entry) }),
  },
  {
    name: 'claude-desktop',
    title: 'Claude Desktop',
    format: json,
    section: 'mcpServers',
    file: (machine) => pathsOf(machine).join(settingsFolder(machine), 'Claude', 'claude_desktop_config.json'),
    write: common,
  },
  {
    name: 'cursor',
    title: 'Cursor',
    format: json,
    section: 'mcpServers',
    file: (machine) => inHome(machine, '.cursor', 'mcp.json'),
    workspaceFile: '.cursor/mcp.json',
    write: common,
  },
  {
    name: 'vscode',
    title: 'VS Code',
    format: json,
    section: 'servers',
    file: (machine) => pathsOf(machine).join(settingsFolder(machine), 'Code', 'User', 'mcp.json'),
    workspaceFile: '.vscode/mcp.json',
    write: (entry) => ({ type: 'stdio', ...common(entry) }),
  },
  {
    name: 'windsurf',
    title: 'Windsurf',
    format: json,
    section: 'mcpServers',
    file: (machine) => inHome(machine, '.codeium', 'windsurf', 'mcp_config.json'),
    write: common,
  },
  {
    name: 'codex',
    title: 'Codex',
    format: toml,
    section: 'mcp_servers',
    file: (machine) =>
      pathsOf(machine).join(machine.env.CODEX_HOME || inHome(machine, '.codex'), 'config.toml'),
    workspaceFile: '.codex/config.toml',
    write: common,
  },
  {
    name: 'gemini-cli',
    title: 'Gemini CLI',
    format: json,
    section: 'mcpServers',
    file: (machine) => inHome(machine, '.gemini', 'settings.json'),
    workspaceFile: '.gemini/settings.json',
    write: common,
  },
  {
    name: 'goose',
    title: 'Goose',
    format: yaml,
    section: 'extensions',
    file: (machine) =>
      machine.platform === 'win32'
        ? win32.join(settingsFolder(machine), 'Block', 'goose', 'config', 'config.yaml')
        : posix.join(configFolder(machine), 'goose', 'config.yaml'),
    write: asExtension,
  },
  {
    name: 'zed',
    title: 'Zed',
    format: json,
    section: 'context_servers',
    file: (machine) =>
      machine.platform === 'win32'
        ? win32.join(settingsFolder(machine), 'Zed', 'settings.json')
        : posix.join(configFolder(machine), 'zed', 'settings.json'),
    workspaceFile: '.zed/settings.json',
    write: (entry) => ({ source: 'custom', ...common(entry) }),
  },
]

const pathsOf = ({ platform }: Pick<Machine, 'platform'>) => (platform === 'win32' ? win32 : posix)

const inHome = (machine: Machine, ...parts: string[]) => pathsOf(machine).join(machine.home, ...parts)

/** Where programs of a person keep their settings, on each system. */
function settingsFolder(machine: Machine): string {
  if (machine.platform === 'darwin') return inHome(machine, 'Library', 'Application Support')
  if (machine.platform === 'win32') return machine.env.APPDATA || inHome(machine, 'AppData', 'Roaming')
  return configFolder(machine)
}

/** As https://specifications.freedesktop.org/basedir-spec has it: a relative path counts as none. */
function configFolder(machine: Machine): string {
  const { XDG_CONFIG_HOME: named } = machine.env
  return named && posix.isAbsolute(named) ? named : inHome(machine, '.config')
}

import { isRecord } from '../protocol/jsonrpc.ts'
import { clientPaths, type Place } from './client-paths.ts'
import { type ConfigFormat, sectionOf } from './formats/config-format.ts'

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
  readonly file: (place: Place) => string
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
    file: clientPaths['claude-code'],
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
    file: clientPaths['claude-desktop'],
    write: common,
  },
  {
    name: 'cursor',
    title: 'Cursor',
    format: json,
    section: 'mcpServers',
    file: clientPaths.cursor,
    workspaceFile: '.cursor/mcp.json',
    write: common,
  },
  {
    name: 'vscode',
    title: 'VS Code',
    format: json,
    section: 'servers',
    file: clientPaths.vscode,
    workspaceFile: '.vscode/mcp.json',
    write: (entry) => ({ type: 'stdio', ...common(entry) }),
  },
  {
    name: 'windsurf',
    title: 'Windsurf',
    format: json,
    section: 'mcpServers',
    file: clientPaths.windsurf,
    write: common,
  },
  {
    name: 'codex',
    title: 'Codex',
    format: toml,
    section: 'mcp_servers',
    file: clientPaths.codex,
    workspaceFile: '.codex/config.toml',
    write: common,
  },
  {
    name: 'gemini-cli',
    title: 'Gemini CLI',
    format: json,
    section: 'mcpServers',
    file: clientPaths['gemini-cli'],
    workspaceFile: '.gemini/settings.json',
    write: common,
  },
  {
    name: 'goose',
    title: 'Goose',
    format: yaml,
    section: 'extensions',
    file: clientPaths.goose,
    write: asExtension,
  },
  {
    name: 'zed',
    title: 'Zed',
    format: json,
    section: 'context_servers',
    file: clientPaths.zed,
    workspaceFile: '.zed/settings.json',
    write: (entry) => ({ source: 'custom', ...common(entry) }),
  },
]

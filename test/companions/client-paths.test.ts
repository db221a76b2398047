import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { hostClients, type Machine } from '../../src/install/host-clients.ts'

const fileOf = (name: string, place: Machine) => hostClients.find((one) => one.name === name)?.file(place)

const mac: Machine = { platform: 'darwin', home: '/Users/ann', env: {} }
const linux: Machine = { platform: 'linux', home: '/home/ann', env: {} }
const windows: Machine = { platform: 'win32', home: 'C:\\Users\\ann', env: {} }

/** Where each client keeps its servers on macOS, Linux and Windows; the last two are seen from the folder of the account. */
const rows: Record<string, [mac: string, linux: string, windows: string]> = {
  'claude-code': ['.claude.json', '.claude.json', '.claude.json'],
  'claude-desktop': [
    'Library/Application Support/Claude/claude_desktop_config.json',
    '.config/Claude/claude_desktop_config.json',
    'AppData\\Roaming\\Claude\\claude_desktop_config.json',
  ],
  cursor: ['.cursor/mcp.json', '.cursor/mcp.json', '.cursor\\mcp.json'],
  vscode: [
    'Library/Application Support/Code/User/mcp.json',
    '.config/Code/User/mcp.json',
    'AppData\\Roaming\\Code\\User\\mcp.json',
  ],
  windsurf: [
    '.codeium/windsurf/mcp_config.json',
    '.codeium/windsurf/mcp_config.json',
    '.codeium\\windsurf\\mcp_config.json',
  ],
  codex: ['.codex/config.toml', '.codex/config.toml', '.codex\\config.toml'],
  'gemini-cli': ['.gemini/settings.json', '.gemini/settings.json', '.gemini\\settings.json'],
  goose: [
    '.config/goose/config.yaml',
    '.config/goose/config.yaml',
    'AppData\\Roaming\\Block\\goose\\config\\config.yaml',
  ],
  zed: ['.config/zed/settings.json', '.config/zed/settings.json', 'AppData\\Roaming\\Zed\\settings.json'],
}

describe('where clients keep their servers', () => {
  test('every client has a row', () => {
    assert.deepEqual(
      hostClients.map((one) => one.name),
      Object.keys(rows),
    )
  })

  for (const [name, [onMac, onLinux, onWindows]] of Object.entries(rows)) {
    test(name, () => {
      assert.equal(fileOf(name, mac), `/Users/ann/${onMac}`)
      assert.equal(fileOf(name, linux), `/home/ann/${onLinux}`)
      assert.equal(fileOf(name, windows), `C:\\Users\\ann\\${onWindows}`)
    })
  }

  const moved: Record<string, [client: string, place: Machine, path: string]> = {
    'Claude Code by CLAUDE_CONFIG_DIR': [
      'claude-code',
      { ...linux, env: { CLAUDE_CONFIG_DIR: '/etc/claude' } },
      '/etc/claude/.claude.json',
    ],
    'Codex by CODEX_HOME': ['codex', { ...mac, env: { CODEX_HOME: '/opt/codex' } }, '/opt/codex/config.toml'],
    'Codex on Windows': ['codex', { ...windows, env: { CODEX_HOME: 'D:\\codex' } }, 'D:\\codex\\config.toml'],
    'an empty variable is none': [
      'codex',
      { ...linux, env: { CODEX_HOME: '' } },
      '/home/ann/.codex/config.toml',
    ],
    'settings by XDG_CONFIG_HOME': [
      'vscode',
      { ...linux, env: { XDG_CONFIG_HOME: '/cfg' } },
      '/cfg/Code/User/mcp.json',
    ],
    'not by one that is relative': [
      'zed',
      { ...linux, env: { XDG_CONFIG_HOME: 'cfg' } },
      '/home/ann/.config/zed/settings.json',
    ],
    'on macOS for those who go by it': [
      'goose',
      { ...mac, env: { XDG_CONFIG_HOME: '/cfg' } },
      '/cfg/goose/config.yaml',
    ],
    'on macOS not for the others': [
      'vscode',
      { ...mac, env: { XDG_CONFIG_HOME: '/cfg' } },
      '/Users/ann/Library/Application Support/Code/User/mcp.json',
    ],
    'settings by APPDATA': [
      'vscode',
      { ...windows, env: { APPDATA: 'E:\\Roaming' } },
      'E:\\Roaming\\Code\\User\\mcp.json',
    ],
  }
  for (const [name, [client, place, path]] of Object.entries(moved)) {
    test(name, () => assert.equal(fileOf(client, place), path))
  }
})

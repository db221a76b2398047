import { mkdirSync, mkdtempSync, readdirSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { removeFolder } from '../../scripts/remove-folder.mjs'
import { root } from './program.ts'

/** A folder with the given files, in which the packages of this repository can be imported, or those of another. */
export class Project implements Disposable {
  readonly folder = mkdtempSync(join(tmpdir(), 'fastmcp-project-'))

  constructor(files: Record<string, string>, modules = join(root, 'node_modules')) {
    const packages = join(this.folder, 'node_modules')
    mkdirSync(packages)
    for (const name of readdirSync(modules)) symlinkSync(join(modules, name), join(packages, name))
    symlinkSync(root, join(packages, 'fastmcp-cli'))
    for (const [name, text] of Object.entries(files)) this.write(name, text)
  }

  path(name: string): string {
    return join(this.folder, name)
  }

  write(name: string, text: string): void {
    mkdirSync(dirname(this.path(name)), { recursive: true })
    writeFileSync(this.path(name), text)
  }

  [Symbol.dispose](): void {
    // What prepares the next start may still be writing to a cache in it.
    removeFolder(this.folder)
  }
}

/** A server of SDK v1 under some name, as ESM source. */
export const serverSource = (exported = 'export const server =', name = 'plain') => `
import { McpServer } from '@modelcontextprotocol/sdk/server/mcp.js'
${exported} new McpServer({ name: '${name}', version: '1.0.0' })
`

/** What a client sends first, and one request, as lines for stdin. */
export const hello = [
  {
    id: 1,
    method: 'initialize',
    params: { protocolVersion: '2025-11-25', capabilities: {}, clientInfo: { name: 'raw', version: '1' } },
  },
  { method: 'notifications/initialized' },
]
  .map((message) => `${JSON.stringify({ jsonrpc: '2.0', ...message })}\n`)
  .join('')

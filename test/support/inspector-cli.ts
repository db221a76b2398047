import { readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { cachedModules } from '../../scripts/npm-cache.mjs'
import { allowInstalls } from './limits.ts'
import { run } from './program.ts'

allowInstalls()

const version = '2.3.0'

/** What the Inspector's command line answers: the result as it came, and its exit code. */
export interface Answered {
  code: number | null
  result: Record<string, unknown> | undefined
  stderr: string
}

/** The official Inspector's command line, with a home of its own. */
export function inspectorCli(home: string): (...args: string[]) => Promise<Answered> {
  const modules = cachedModules(`inspector-cli-${version}`, `@modelcontextprotocol/inspector@${version}`)
  const manifest = join(modules, '@modelcontextprotocol', 'inspector', 'package.json')
  const { bin } = JSON.parse(readFileSync(manifest, 'utf8')) as { bin: Record<string, string> }
  const program = join(dirname(manifest), bin['mcp-inspector'] ?? '')
  const env = { HOME: home, MCP_STORAGE_DIR: join(home, 'storage'), MCP_INSPECTOR_SECRET_STORE: 'memory' }
  return async (...args) => {
    const words = [program, '--cli', ...args, '--format', 'json']
    const { code, stdout, stderr } = await run(process.execPath, words, { env, limit: 30_000 })
    return { code, result: stdout.trim() === '' ? undefined : JSON.parse(stdout).result, stderr }
  }
}

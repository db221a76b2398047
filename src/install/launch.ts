import { existsSync, realpathSync } from 'node:fs'
import { dirname, join, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { Startable } from './host-clients.ts'

export interface Launch {
  /** The words that name the server: a spec with an absolute path, or `--exec` and a command. */
  server: readonly string[]
  /** The folder whose own copy of this package is preferred. */
  folder: string
  /** Start `fastmcp dev`, which takes what is saved to the client at once. */
  dev: boolean
  env: Record<string, string>
  envFiles: readonly string[]
  /** The words that name what is loaded before it. */
  first: readonly string[]
  userArgs: readonly string[]
}

/**
 * How a client starts a server: all paths absolute and nothing looked up, because programs with windows have
 * neither the shell's PATH nor its working directory.
 */
export function startableFor({ server, folder, dev, env, envFiles, first, userArgs }: Launch): Startable {
  // The file, or a fastmcp.json, may have chosen a port for those who start it by hand.
  const words = [dev ? 'dev' : 'run', ...server, '--transport', 'stdio']
  const files = envFiles.flatMap((file) => ['--env-file', resolve(file)])
  const rest = userArgs.length > 0 ? ['--', ...userArgs] : []
  return { command: process.execPath, args: [programFor(folder), ...words, ...files, ...first, ...rest], env }
}

/** This program: the project's own copy, which stays where it is when another is used for a moment by npx. */
function programFor(folder: string): string {
  for (let at = folder; ; at = dirname(at)) {
    const own = join(at, 'node_modules', 'fastmcp-cli', 'bin', 'fastmcp.js')
    if (existsSync(own)) return own
    if (dirname(at) === at) return realpathSync(fileURLToPath(new URL('../bin/fastmcp.js', import.meta.url)))
  }
}

/** Whether an entry is one that this program has written, so that it may write it again. */
export const isOurs = (entry: unknown): boolean =>
  /fastmcp-cli|bin[\\/]+fastmcp\.js/.test(JSON.stringify(entry))

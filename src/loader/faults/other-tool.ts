import { existsSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { nextCommand, quotedCommand, shellWord } from '../../terminal/shell-command.ts'

const wrangler = '  hint      this is a Cloudflare Worker: npx wrangler dev'

/** For the folder of a framework with its own build tool, points to that tool. */
export function otherTool(start: string): string[] {
  for (let folder = start; dirname(folder) !== folder; folder = dirname(folder)) {
    const has = (...names: string[]) => names.some((name) => existsSync(join(folder, name)))
    if (has('xmcp.config.ts', 'xmcp.config.js'))
      return ['  hint      this is an xmcp project: npx xmcp dev, or run its dist/stdio.js']
    if (has('wrangler.toml', 'wrangler.jsonc', 'wrangler.json')) return [wrangler]
    if (has('package.json')) return []
  }
  return []
}

/** The patterns in Node's error texts that reveal another runtime, and the command that runs a file there. */
const runtimes: readonly [RegExp, string][] = [
  [/\bbun:|\bBun is not defined/, 'bun'],
  [/\bDeno is not defined/, 'deno run -A'],
]

/** For an error of a file that was written for another runtime, points to that runtime. */
export function otherRuntime(fault: string, shown: string): string[] {
  if (/\bcloudflare:/.test(fault)) return [wrangler]
  const [, command] = runtimes.find(([pattern]) => pattern.test(fault)) ?? []
  return command === undefined
    ? []
    : [`  hint      ${nextCommand(`run --exec ${quotedCommand(`${command} ${shellWord(shown)}`)}`)}`]
}

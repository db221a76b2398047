import { cpSync, existsSync, mkdtempSync, rmSync, symlinkSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { removeFolder } from '../../../scripts/remove-folder.mjs'
import { fastmcp, patience } from '../../support/program.ts'
import type { Peer } from '../peer.ts'
import { Refused, type Step } from '../step.ts'
import { sameTools, toolsAt } from '../tools.ts'

const built = 'fastmcp-built.mjs'

/** One file, and what `build` itself says belongs beside it, in a folder that has nothing else. */
export const build: Step = {
  name: 'build',
  limit: 240_000,
  async walk(peer, tools) {
    const { entry, args, folder: cwd, env } = peer
    const words = ['build', entry, '-o', built, '--load-timeout', '60', '--', ...args]
    const { code, stderr } = await fastmcp(words, { cwd, env: { ...env }, limit: 2 * patience })
    if (code === 3 && !/runs, but not as one file/.test(stderr)) throw new Refused(stderr.slice(0, 600))
    if (code !== 0) throw new Error(`exit code ${code}: ${stderr.slice(0, 1500)}`)
    const folder = mkdtempSync(join(tmpdir(), 'fastmcp-built-'))
    try {
      const beside = bring(peer, folder, stderr)
      const target = { program: join(folder, built), stdio: ['-t', 'stdio', '--', ...args], cwd: folder, env }
      await sameTools(peer, tools, await toolsAt(target))
      return beside || undefined
    } finally {
      removeFolder(folder)
      for (const one of [built, `${built}.map`]) rmSync(join(cwd, one), { force: true })
    }
  },
}

/** Lays out the built file, and says what had to come with it. */
function bring({ folder: from, modules }: Peer, to: string, said: string): string {
  cpSync(join(from, built), join(to, built))
  const data = [...said.matchAll(/^ {2}(.+) is read while the server starts/gm)].map(([, path = '']) => path)
  for (const path of data)
    if (existsSync(join(from, path))) cpSync(join(from, path), join(to, path), { recursive: true })
  const [, packages = ''] = /install beside the file: npm install (.+)/.exec(said) ?? []
  if (packages) symlinkSync(modules, join(to, 'node_modules'))
  return [...data, packages].filter(Boolean).join(', ')
}

import { join } from 'node:path'
import { build } from 'esbuild'
import { type Outcome, type RunOptions, root, run } from './program.ts'
import { Project } from './project.ts'

/**
 * Runs a program on this Node, to its end, that imports a file of `src/patches` from `./patch.mjs` and nothing else of
 * ours.
 */
export async function runPatched(
  patch: string,
  source: string,
  {
    files = {},
    args = [],
    ...options
  }: RunOptions & { files?: Record<string, string>; args?: string[] } = {},
): Promise<Outcome> {
  using project = new Project({ 'main.mjs': source, ...files })
  await build({
    entryPoints: [join(root, 'src/patches', `${patch}.ts`)],
    outfile: project.path('patch.mjs'),
    bundle: true,
    format: 'esm',
    platform: 'node',
    mainFields: ['module', 'main'],
    logLevel: 'silent',
  })
  return await run(process.execPath, ['main.mjs', ...args], { cwd: project.folder, ...options })
}

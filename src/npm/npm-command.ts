import { rmSync } from 'node:fs'
import { basename, dirname, join } from 'node:path'
import { isWholeTree, listTree, replaceTree } from '../files/installed-tree.ts'
import { makeFolder } from '../files/make-folder.ts'
import { runTool } from './run-tool.ts'

/** Milliseconds that npm may take. */
const limit = 5 * 60_000

/**
 * Installs a package into a folder of its own, and runs nothing of it.
 * @param spec as npm takes it, such as `name@1.2`.
 * @throws ToolFailed when npm cannot.
 */
export async function installPackage(spec: string, home: string, signal?: AbortSignal): Promise<void> {
  const stood = isWholeTree(home)
  // Beside its place first, so that what is there is always whole.
  const draft = join(dirname(home), `.${basename(home)}.${process.pid}`)
  rmSync(draft, { recursive: true, force: true })
  makeFolder(draft, 0o700)
  try {
    const args = ['install', '--prefix', draft, '--no-audit', '--no-fund', '--ignore-scripts', spec]
    await runTool('npm', args, { cwd: draft, limit, signal })
    listTree(draft)
    // Another start may have been faster, and run from it.
    if (stood || !isWholeTree(home)) replaceTree(draft, home)
  } finally {
    rmSync(draft, { recursive: true, force: true })
  }
}

/**
 * The newest version that a package has in a range.
 * @param folder where npm runs.
 * @throws ToolFailed when npm cannot tell.
 */
export async function newestVersion(
  spec: string,
  folder: string,
  signal: AbortSignal,
): Promise<string | undefined> {
  const answer = await runTool('npm', ['view', spec, 'version', '--json'], { cwd: folder, limit, signal })
  // One version is a text, several are a list, oldest first.
  const newest: unknown = [JSON.parse(answer)].flat().at(-1)
  return typeof newest === 'string' ? newest : undefined
}

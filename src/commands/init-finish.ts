import { existsSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { tellingLines } from '../install-words.ts'
import { paint, writeError } from '../output.ts'
import { runTool } from '../scaffold/run-tool.ts'
import type { InitParts } from './init.ts'

/** Milliseconds. */
const installLimit = 10 * 60_000
const gitLimit = 30_000

/**
 * Installs the dependencies and makes a git repository, as far as that is wanted and possible. A machine without
 * network, npm or git still gets its project.
 * @returns whether the dependencies are installed.
 */
export async function finishProject(folder: string, parts: InitParts): Promise<boolean> {
  const installed = parts.values.install && (await install(folder, parts))
  if (parts.values.git && !inRepository(folder)) await runTool('git', ['init', '-q'], folder, gitLimit)
  return installed
}

async function install(folder: string, { manager, prompts }: InitParts): Promise<boolean> {
  const spinner = prompts?.spinner()
  spinner?.start(`installing dependencies with ${manager}`)
  const started = performance.now()
  const { ok, output } = await runTool(manager, ['install'], folder, installLimit)
  const seconds = Math.max(1, Math.round((performance.now() - started) / 1000))
  const count = /added (\d+) packages?/.exec(output)?.[1]
  const words = `dependencies installed with ${manager} (${count ? `${count} packages, ` : ''}${seconds} s)`
  if (ok) {
    if (spinner) spinner.stop(words)
    else writeError(`${paint.accent('✔')} ${words}`)
    return true
  }
  spinner?.stop(`${manager} install failed`)
  writeError(`${paint.failure('✗')} ${manager} install failed; the files are there, so run it again later`)
  for (const line of tellingLines(output)) writeError(`  ${line}`)
  return false
}

function inRepository(folder: string): boolean {
  for (let at = folder; ; at = dirname(at)) {
    if (existsSync(join(at, '.git'))) return true
    if (dirname(at) === at) return false
  }
}

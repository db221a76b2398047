import { existsSync } from 'node:fs'
import { dirname, join } from 'node:path'
import type { Writable } from 'node:stream'
import { type ManagerName, managerAt, managerNames } from '../files/package-manager.ts'
import { runTool, ToolFailed } from '../npm/run-tool.ts'
import type { ValuesOf } from '../options/command-line.ts'
import type { initOptions } from '../options/init-options.ts'
import { CliError, exitCodes } from '../terminal/errors.ts'
import { writeOver } from '../terminal/last-line.ts'
import { isTerminal, paint, writeError } from '../terminal/output.ts'
import type { Prompts } from './prompts.ts'

/** What has been decided of a project that is made. */
export interface InitParts {
  values: ValuesOf<typeof initOptions>
  prompts: Prompts | undefined
  manager: ManagerName
  /** Whether the folder holds nothing but what has been written now. */
  fresh: boolean
  /** Aborted when the person gives up. */
  signal: AbortSignal
}

/** Milliseconds. */
const installLimit = 10 * 60_000
const gitLimit = 30_000

/**
 * Installs the dependencies and makes a git repository of a folder that has been made for the project, as far as that
 * is wanted and possible. A machine without network, npm or git still gets its project.
 * @returns whether the dependencies are installed.
 * @throws CliError (exit 130) when the person gives up meanwhile.
 */
export async function finishProject(folder: string, parts: InitParts): Promise<boolean> {
  const { values, fresh, signal } = parts
  const installed = values.install && (await install(folder, parts))
  if (values.git && fresh && !inRepository(folder)) {
    const made = runTool('git', ['init', '-q'], { cwd: folder, limit: gitLimit, signal })
    const failed = await made.then(() => undefined, toolFailure)
    if (failed?.interrupted) throw givenUp()
  }
  return installed
}

/** The package manager to use: the one whose lockfile stands in or above the folder, or that runs this. */
export function detectManager(folder: string, env: NodeJS.ProcessEnv): ManagerName {
  const agent = env.npm_config_user_agent ?? ''
  return managerAt(folder) ?? managerNames.find((name) => agent.startsWith(`${name}/`)) ?? 'npm'
}

const givenUp = (...rest: string[]) =>
  new CliError(exitCodes.interrupted, 'cancelled; the project files are in place', rest)

async function install(folder: string, { manager, signal }: InitParts): Promise<boolean> {
  const words = `installing dependencies with ${manager}`
  const shown = isTerminal() ? showWaiting(words, process.stderr) : () => undefined
  const started = performance.now()
  const outcome = await runTool(manager, ['install'], { cwd: folder, limit: installLimit, signal }).catch(
    toolFailure,
  )
  shown()
  if (typeof outcome === 'string') {
    const seconds = Math.max(1, Math.round((performance.now() - started) / 1000))
    const count = /added (\d+) packages?/.exec(outcome)?.[1]
    const what = `${count ? `${count} packages, ` : ''}${seconds} s`
    writeError(`${paint.accent('✔')} dependencies installed with ${manager} (${what})`)
    return true
  }
  if (outcome.interrupted) throw givenUp(`  ${manager} install  there brings the dependencies`)
  writeError(`${paint.failure('✗')} ${manager} install failed; the files are there, so run it again later`)
  for (const line of outcome.lines) writeError(`  ${line}`)
  return false
}

/** A machine that lacks the program is as good as one on which it fails. */
function toolFailure(error: unknown): ToolFailed {
  if (error instanceof ToolFailed) return error
  throw error
}

/**
 * Shows on the last line of a terminal what is waited for, and for how long. The keyboard is left alone, so that
 * Ctrl-C reaches this process and the one that is waited for.
 * @returns what takes the line away again.
 */
function showWaiting(words: string, screen: Writable): () => void {
  const started = performance.now()
  const show = () => {
    const seconds = Math.round((performance.now() - started) / 1000)
    writeOver(screen, `  ${words} … ${seconds} s`)
  }
  show()
  const timer = setInterval(show, 1000)
  return () => {
    clearInterval(timer)
    writeOver(screen)
  }
}

function inRepository(folder: string): boolean {
  for (let at = folder; ; at = dirname(at)) {
    if (existsSync(join(at, '.git'))) return true
    if (dirname(at) === at) return false
  }
}

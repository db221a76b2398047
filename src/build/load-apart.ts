import { fork } from 'node:child_process'
import type { ModuleHints } from '../loader/module-hints.ts'
import { endChild } from '../process/end-child.ts'
import type { Plan } from '../runner/plan.ts'
import { CliError, type ExitCode } from '../terminal/errors.ts'

/** What `build` has to know of a server that has been loaded. */
export interface Found {
  readonly file: string
  readonly exportName: string | undefined
  readonly hints: ModuleHints
}

/** What the process that loads it says: what it has found, or why it has not. */
export type LoadReport =
  | { readonly found: Found }
  | { readonly fault: { exitCode: ExitCode; message: string; details: readonly string[] } }

/** How long it may take to end once it has been told to, in milliseconds. */
const endLimit = 12_000

/**
 * Loads a server in a process of its own, and ends it as a stop would: what only one process can have, such as a port or
 * a lock, is free again when the built file is tried.
 * @returns what was found, or the exit code of a process that has said itself why there is none.
 * @throws CliError when it does not load or has no server.
 */
export async function loadApart(plan: Plan): Promise<Found | number> {
  const child = fork(new URL('./build-loader.js', import.meta.url), [], {
    execArgv: [],
    serialization: 'advanced',
    // What user code prints is for people.
    stdio: ['inherit', 2, 2, 'ipc'],
  })
  const ended = new Promise<number>((resolve) => {
    child.once('error', () => resolve(1))
    child.once('exit', (code) => resolve(code ?? 1))
  })
  const told = new Promise<LoadReport>((resolve) => child.once('message', resolve))
  child.send(plan)
  const report = await Promise.race([told, ended])
  if (typeof report === 'number') return report
  await endChild(child, endLimit)
  if ('found' in report) return report.found
  const { exitCode, message, details } = report.fault
  throw new CliError(exitCode, message, details)
}

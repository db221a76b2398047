import { join } from 'node:path'
import { cacheFolder, makePrivate, temporaryFolder } from '../files/cache-folder.ts'
import { hashOf } from '../files/checked-file.ts'
import { isWholeTree } from '../files/installed-tree.ts'
import { packageEntry } from '../loader/package-entry.ts'
import { shown } from '../options/option.ts'
import { CliError, exitCodes, loadError, messageOf, usageError } from '../terminal/errors.ts'
import { isTerminal, say } from '../terminal/output.ts'
import { openQuestions, Unanswered } from '../terminal/questions.ts'
import { installPackage } from './npm-command.ts'
import { ToolFailed } from './run-tool.ts'

/**
 * The binary of a package that `npm:name@version` means, installed into the cache if it is not there yet. At a terminal
 * the person is asked first; otherwise one line says it.
 * @throws CliError (exit 2) for no such name, (exit 3) when it cannot be installed or has nothing to run.
 */
export async function npmPackageEntry(spec: string, yes: boolean): Promise<string> {
  const wanted = spec.slice('npm:'.length)
  const [, name = ''] = /^((?:@[a-z0-9~][\w.~-]*\/)?[a-z0-9~][\w.~-]*)(?:@[~^]?[\w.-]+)?$/i.exec(wanted) ?? []
  if (name === '') throw usageError(`${shown(spec)} is not a package: use npm:name or npm:name@1.2`)
  const key = hashOf(wanted).slice(0, 16)
  const kept = cacheFolder(process.env)
  let home = join(kept ?? '', 'npm', key)
  if (kept === undefined || !isWholeTree(home)) {
    home = join(packagesFolder(wanted, kept), key)
    await install(wanted, home, yes)
  }
  const entry = packageEntry(join(home, 'node_modules', name), 'bin')
  if (entry === undefined) throw loadError(`the package ${name} names no file that can be run`)
  return entry
}

/** Where it can be installed: in the cache, or where it is gone with this process. */
function packagesFolder(wanted: string, cache: string | undefined): string {
  try {
    if (cache !== undefined) {
      makePrivate(join(cache, 'npm'))
      return join(cache, 'npm')
    }
  } catch {
    // As on a disk that cannot be written.
  }
  try {
    return temporaryFolder('installed')
  } catch (error) {
    throw loadError(`${wanted} cannot be installed: ${messageOf(error)}`)
  }
}

async function install(wanted: string, home: string, yes: boolean): Promise<void> {
  if (!yes && isTerminal() && process.stdin.isTTY && !(await agreed(wanted))) {
    throw new CliError(exitCodes.failed, `${wanted} was not installed`)
  }
  say(`installing ${wanted} once, into the cache`)
  try {
    await installPackage(wanted, home)
  } catch (error) {
    if (!(error instanceof ToolFailed)) throw error
    throw loadError(`${wanted} cannot be installed`, ...error.lines.map((line) => `  ${line}`))
  }
}

async function agreed(wanted: string): Promise<boolean> {
  const questions = await openQuestions()
  try {
    return await questions.confirm(`Install ${wanted} from npm and run it?`)
  } catch (error) {
    if (error instanceof Unanswered) return false
    throw error
  }
}

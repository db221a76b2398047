import { existsSync, readdirSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { cacheLocation, isCacheFile } from '../files/cache-folder.ts'
import { allWords, parseCommandLine } from '../options/command-line.ts'
import { printHelp } from '../options/help/help-text.ts'
import { shown } from '../options/option.ts'
import { CliError, exitCodes, messageOf, usageError } from '../terminal/errors.ts'
import { nearest } from '../terminal/nearest.ts'
import { writeAnswer, writeError } from '../terminal/output.ts'
import { nextCommand } from '../terminal/shell-command.ts'

/** `fastmcp cache`: where compiled servers are kept, and the way to be rid of them. */
export function run(argv: readonly string[]): Promise<number> {
  const line = parseCommandLine(argv, {})
  if (line.help) return Promise.resolve(printHelp({ usage, options: {} }))
  const words = allWords(line)
  const [verb = 'path', ...extra] = words
  if (extra.length > 0 || !['path', 'clear'].includes(verb)) {
    const near = nearest(words.join(' '), ['clear', 'path'])
    const meant = near === undefined ? '' : `. Did you mean ${nextCommand(`cache ${near}`)}?`
    throw usageError(`fastmcp cache takes "clear" or "path", not "${shown(words.join(' '))}"${meant}`)
  }
  const folder = cacheLocation(process.env)
  if (verb === 'path') writeAnswer(`${folder}\n`)
  else clear(folder)
  return Promise.resolve(exitCodes.ok)
}

/** Only what looks like ours goes: the folder may be one that somebody has named by mistake. */
function clear(folder: string): void {
  let names: string[] = []
  try {
    if (existsSync(folder)) names = readdirSync(folder).filter(isCacheFile)
    for (const name of names) rmSync(join(folder, name), { recursive: true, force: true })
  } catch (error) {
    throw new CliError(exitCodes.failed, `${folder} cannot be cleared: ${messageOf(error)}`)
  }
  writeError(`${names.length} files removed from ${folder}`)
}

const usage = `Usage: fastmcp cache clear | path

Compiled servers are cached, so that unchanged ones start without compiling. clear removes them, path prints where
they are; FASTMCP_CACHE_DIR moves them.`

import { existsSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { readEnvFile } from '../../files/env-file.ts'
import { own } from '../../protocol/own.ts'
import { shellWord } from '../../terminal/shell-command.ts'
import { shownPath } from './compile-fault.ts'

/** The usual names of env files, most common first. */
const names = ['.env', '.env.local']

/**
 * Hints at a `.env` that was not loaded, the usual reason for a missing key: next to the file, above it in its project,
 * or in the working directory.
 */
export function envHint(file: string, cwd: string): string[] {
  const found = [...foldersOf(dirname(file)), cwd].flatMap((folder) =>
    names.map((name) => join(folder, name)),
  )
  const unread = found.find(hasMore)
  if (unread === undefined) return []
  const path = shownPath(unread)
  const where = dirname(unread) === dirname(file) ? '.env lies beside it and' : `${path} exists and`
  const words = unread.endsWith('.local') ? `${path} exists and` : where
  return [`  hint      ${words} was not read: add --env-file ${shellWord(path)}`]
}

/** The folders from a file up to its project root; only its own folder if it has no project. */
function foldersOf(folder: string): string[] {
  const above = [folder]
  for (let at = folder; !isProject(at); at = dirname(at)) {
    if (dirname(at) === at) return [folder]
    above.push(dirname(at))
  }
  return above
}

const isProject = (folder: string) =>
  ['package.json', 'fastmcp.json', '.git'].some((name) => existsSync(join(folder, name)))

/** Whether it has variables that the environment lacks. */
function hasMore(path: string): boolean {
  try {
    return [...readEnvFile(path, '.').keys()].some((name) => own(process.env, name) === undefined)
  } catch {
    return false
  }
}

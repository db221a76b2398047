import { existsSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { readEnvFile } from '../../files/env-file.ts'
import { own } from '../../protocol/own.ts'
import { shellWord } from '../../terminal/shell-command.ts'
import { shownPath } from './compile-fault.ts'

/** Where people keep the variables of a program, the most usual first. */
const names = ['.env', '.env.local']

/**
 * A `.env` that nobody read is the usual reason for a missing key: one beside the file, above it in its project, or in
 * the folder where the command was typed.
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

/** From a file's folder up to its project's; of a file without a project, its folder alone. */
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

/** Whether it says something that the environment does not. */
function hasMore(path: string): boolean {
  try {
    return [...readEnvFile(path, '.').keys()].some((name) => own(process.env, name) === undefined)
  } catch {
    return false
  }
}

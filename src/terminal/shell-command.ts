import { readFileSync, realpathSync } from 'node:fs'
import { delimiter, dirname, join } from 'node:path'

/** A command of this program as the person who reads it can type it: `fastmcp list`, `npx fastmcp-cli list`. */
export const nextCommand = (words: string): string => `${programWord()} ${words}`

let word: string | undefined

function programWord(): string {
  word ??= wordFor(process.env.PATH ?? '', process.cwd())
  return word
}

/** npm has other packages with a program of our name: without us at hand, only the name of the package is sure. */
function wordFor(path: string, folder: string): string {
  // What npm and npx put there is gone again when the person types the next command.
  const folders = path.split(delimiter).filter((one) => !/node_modules[\\/]\.bin[\\/]?$/.test(one))
  if (firstIn(folders) === 'ours') return 'fastmcp'
  return firstIn(above(folder).map((one) => join(one, 'node_modules', '.bin'))) === 'ours'
    ? 'npx fastmcp'
    : 'npx fastmcp-cli'
}

const above = (folder: string): string[] =>
  dirname(folder) === folder ? [folder] : [folder, ...above(dirname(folder))]

/** Whose the first program called `fastmcp` is. */
function firstIn(folders: readonly string[]): 'ours' | 'other' | undefined {
  for (const folder of folders) {
    if (folder === '') continue
    for (const name of process.platform === 'win32' ? ['fastmcp.cmd', 'fastmcp'] : ['fastmcp']) {
      const owner = ownerOf(join(folder, name))
      if (owner) return owner
    }
  }
  return undefined
}

/** A link into the package, or a script of a package manager's that names it. */
function ownerOf(file: string): 'ours' | 'other' | undefined {
  try {
    const real = realpathSync(file)
    const text = `${real}\n${readFileSync(real, 'utf8').slice(0, 4_000)}`
    return /fastmcp-cli[\\/]/.test(text) || real === ownProgram() ? 'ours' : 'other'
  } catch {
    return undefined
  }
}

const ownProgram = () => realpathSync(join(import.meta.dirname, '..', 'bin', 'fastmcp.js'))

/** A word as a shell takes it: quoted where it would otherwise fall apart. */
export function shellWord(word: string): string {
  const windows = process.platform === 'win32'
  if ((windows ? /^[\w@%+=:,./\\-]+$/ : /^[\w@%+=:,./-]+$/).test(word)) return word
  return windows ? `"${word}"` : `'${word.replaceAll("'", `'\\''`)}'`
}

/** A command as one word of a shell, in double quotes where those are safe. */
export const quotedCommand = (command: string): string =>
  /["$`\\!]/.test(command) ? shellWord(command) : `"${command}"`

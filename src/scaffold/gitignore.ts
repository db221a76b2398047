import { readFileSync } from 'node:fs'
import { join, posix } from 'node:path'
import picomatch from 'picomatch'
import { codeOf, messageOf, usageError } from '../terminal/errors.ts'

/** What no repository is to hold, the lines that keep it out, and paths by which it is seen whether they are there. */
const unwanted: readonly { lines: readonly string[]; paths: readonly string[] }[] = [
  { lines: ['node_modules'], paths: ['node_modules/', 'packages/one/node_modules/'] },
  { lines: ['dist'], paths: ['dist/'] },
  {
    lines: ['.env*', '!.env.example'],
    paths: ['.env', '.env.local', '.env.production', 'src/.env', 'src/.env.local'],
  },
  // By the names that the pages give them.
  { lines: ['tokens.txt'], paths: ['tokens.txt'] },
  { lines: ['sessions.db*'], paths: ['sessions.db', 'sessions.db.lock'] },
]

/**
 * What the `.gitignore` of a folder lacks of that.
 * @returns `undefined` when the file does not exist, or lacks nothing.
 * @throws CliError (exit 2) when it is none that could be added to.
 */
export function gitignoreChange(folder: string): { before: string; after: string } | undefined {
  const before = read(join(folder, '.gitignore'))
  if (before === undefined) return undefined
  const after = withUnwanted(before)
  return after === before ? undefined : { before, after }
}

function read(file: string): string | undefined {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(readFileSync(file))
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return undefined
    const reason = error instanceof TypeError ? 'it is not in UTF-8' : messageOf(error)
    const lines = unwanted.flatMap((one) => one.lines).join(', ')
    throw usageError(`${file} cannot be added to: ${reason}`, `  it should have the lines ${lines}`)
  }
}

/** A `.gitignore` with the lines that it lacks to keep secrets, packages and what is built out of a repository. */
export function withUnwanted(text: string): string {
  const missing = unwanted
    .filter(({ paths }) => !paths.every((path) => isIgnored(path, text)))
    .flatMap(({ lines }) => lines)
  if (missing.length === 0) return text
  // The last line that fits decides, so that what the file lets in beside secrets has to be said again.
  const again = missing.includes('.env*') ? harmlessExceptions(text) : []
  const eol = text.includes('\r\n') ? '\r\n' : '\n'
  const before = text === '' || text.endsWith('\n') ? text : text + eol
  return before + [...new Set([...missing, ...again])].map((line) => line + eol).join('')
}

/** Whether git leaves out a path, which ends with `/` when it is a folder, by the rules of this text. */
export function isIgnored(path: string, text: string): boolean {
  const rule = rulesIn(text).findLast(({ pattern }) => fits(pattern, path))
  return rule !== undefined && !rule.negated
}

const rulesIn = (text: string) =>
  text
    .replace(/^\uFEFF/, '')
    .split(/\r?\n/)
    .map((line) => line.replace(/(?<!\\)\s+$/, ''))
    .filter((line) => line !== '' && !line.startsWith('#'))
    .map((line) => ({ line, negated: line.startsWith('!'), pattern: line.replace(/^!/, '') }))

function fits(pattern: string, path: string): boolean {
  const folder = path.endsWith('/')
  if (pattern.endsWith('/') && !folder) return false
  const rule = pattern.replace(/\/$/, '')
  // All that is in a folder is as good as the folder.
  const name = folder ? rule.replace(/(?<=[^*/])\/\*{1,2}$/, '') : rule
  const whole = path.replace(/\/$/, '')
  const matches = picomatch(name.replace(/^\//, ''), gitsOwn)
  return matches(rule.includes('/') ? whole : posix.basename(whole))
}

/** Git knows `*`, `?`, `[…]` and `**`, and nothing else. */
const gitsOwn = { dot: true, nobrace: true, noextglob: true, nonegate: true } as const

const harmlessExceptions = (text: string): string[] =>
  rulesIn(text)
    .filter(({ negated, pattern }) => negated && /(^|\/)\.env[^/]*$/.test(pattern))
    .filter(({ pattern }) => !unwanted.some(({ paths }) => paths.some((path) => fits(pattern, path))))
    .map(({ line }) => line)

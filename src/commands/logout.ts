import { allWords, parseCommandLine } from '../options/command-line.ts'
import { printHelp } from '../options/help/help-text.ts'
import { logoutOptions } from '../options/login-options.ts'
import { valuesOf } from '../options/values.ts'
import { allLogins } from '../remote/login/stored-logins.ts'
import { exitCodes, usageError } from '../terminal/errors.ts'
import { say, writeError } from '../terminal/output.ts'
import { serverUrl } from './login.ts'

/** `fastmcp logout`: forgets a login, and tells the server that its tokens are to be refused from now on. */
export async function run(argv: readonly string[]): Promise<number> {
  const line = parseCommandLine(argv, logoutOptions)
  if (line.help) return printHelp({ usage, options: logoutOptions, ending })
  const { all } = valuesOf(logoutOptions, line.given, process.env)
  const words = allWords(line)
  if (all && words.length > 0) throw usageError('fastmcp logout takes a URL or --all, not both')
  const href = all ? undefined : serverUrl(words, 'logout').href
  const found = allLogins(process.env).filter(({ note }) => href === undefined || note.url === href)
  if (found.length === 0)
    writeError(href === undefined ? 'No logins are kept.' : `No login is kept for ${href}`)
  const { forget } = await import('../remote/login/revoke.ts')
  for (const { file, note } of found) {
    const why = await forget(file, note.url, say)
    if (why !== undefined) say(`${note.url}: ${why}`)
    writeError(`Logged out of ${note.url}`)
  }
  return exitCodes.ok
}

const usage = `Usage: fastmcp logout <url> | --all

Forgets the login at a server, and revokes its tokens where the server offers that.`

const ending = 'Exit codes: 0 forgotten, or there was none; 2 wrong usage.'

import { parseCommandLine } from '../options/command-line.ts'
import { printHelp } from '../options/help/help-text.ts'
import { loginsOptions } from '../options/login-options.ts'
import { valuesOf } from '../options/values.ts'
import { allLogins, type LoginNote } from '../remote/login/stored-logins.ts'
import { exitCodes, usageError } from '../terminal/errors.ts'
import { answerText, column, writeAnswer, writeError } from '../terminal/output.ts'
import { oneLine, safeJson } from '../terminal/printable.ts'

/** `fastmcp logins`: where this account is logged in, without the tokens. */
export function run(argv: readonly string[]): Promise<number> {
  const line = parseCommandLine(argv, loginsOptions)
  if (line.help) return Promise.resolve(printHelp({ usage, options: loginsOptions }))
  if (line.words.length > 0) throw usageError('fastmcp logins takes no arguments')
  const { json } = valuesOf(loginsOptions, line.given, process.env)
  const logins = allLogins(process.env).map(({ note, sealed }) => ({ url: note.url, ...about(note), sealed }))
  if (json) writeAnswer(`${safeJson(logins, 2)}\n`)
  else if (logins.length === 0) writeError('No logins are kept.')
  else {
    const rows = logins.map(({ url, state, issuer, scope, sealed }): [string, string] => {
      const parts = [state, issuer && `by ${issuer}`, scope, sealed && 'sealed']
      return [oneLine(url), oneLine(parts.filter(Boolean).join(' · '))]
    })
    writeAnswer(answerText(`${column(rows, 44).join('\n')}\n`))
  }
  return Promise.resolve(exitCodes.ok)
}

function about({ state, issuer, expiresAt, machine, scope }: LoginNote) {
  const ended = expiresAt !== undefined && expiresAt < Date.now()
  const ofTokens = !ended ? 'valid' : state === 'can be refreshed' ? 'to be refreshed' : 'expired'
  const until = expiresAt === undefined ? {} : { expiresAt: new Date(expiresAt).toISOString() }
  return { state: state === 'without a token' ? 'logged out' : ofTokens, machine, issuer, scope, ...until }
}

const usage = `Usage: fastmcp logins [--json]

Lists the servers where you are logged in. A login that is sealed can be read only with a key in the system's keyring.`

import { allWords, parseCommandLine } from '../options/command-line.ts'
import { printHelp } from '../options/help/help-text.ts'
import { howToLogIn } from '../options/login-options.ts'
import { shown } from '../options/option.ts'
import { valuesOf } from '../options/values.ts'
import { checkProxy } from '../process/proxy/proxy-for.ts'
import { askForChallenge } from '../remote/login/challenge.ts'
import { LoginGate } from '../remote/login/login-gate.ts'
import { loginSettingsOf } from '../remote/login/login-settings.ts'
import { refuseCaller, shownUrl } from '../remote/url/server-url.ts'
import { CliError, exitCodes, messageOf, usageError } from '../terminal/errors.ts'
import { say, writeError } from '../terminal/output.ts'

/** `fastmcp login`: logs in at a server ahead of the commands and clients that will need it. */
export async function run(argv: readonly string[]): Promise<number> {
  const line = parseCommandLine(argv, howToLogIn)
  if (line.help) return printHelp({ usage, options: howToLogIn, ending })
  const url = serverUrl(allWords(line), 'login')
  const values = valuesOf(howToLogIn, line.given, process.env)
  const settings = loginSettingsOf({ ...values, bearerEnv: undefined }, process.env)
  if (settings.how === 'never') throw usageError('fastmcp login cannot be used with --login never')
  checkProxy(url, process.env)
  const gate = new LoginGate(url, settings, say, 0)
  const interrupt = () => gate.close()
  process.once('SIGINT', interrupt)
  try {
    await gate.logIn(await askForChallenge(url))
  } catch (error) {
    throw new CliError(exitCodes.listen, `cannot log in at ${shownUrl(url)}: ${messageOf(error)}`, [], {
      cause: error,
    })
  } finally {
    process.off('SIGINT', interrupt)
  }
  writeError(`Logged in at ${shownUrl(url)}`)
  return exitCodes.ok
}

/** The one URL that a command is given. @throws CliError (exit 2) for anything else. */
export function serverUrl(words: readonly string[], command: string): URL {
  const [text = '', ...extra] = words
  if (text === '' || extra.length > 0) throw usageError(`fastmcp ${command} takes one URL`)
  const url = URL.canParse(text) ? new URL(text) : undefined
  if (url?.protocol === 'https:' || url?.protocol === 'http:') return refuseCaller(url)
  throw usageError(`${shown(text)} is not an http or https URL`)
}

const usage = `Usage: fastmcp login <url> [options]

Logs in at a remote server. run, list, call and inspect do so by themselves when a server asks for it; a login is for
all commands, windows and clients of this account.

  fastmcp login https://example.com/mcp
  fastmcp login https://example.com/mcp --login device      enter a code on another device
  fastmcp login https://example.com/mcp --client-credentials --client-id ci --client-secret-env SECRET`

const ending = `Logins are kept in files that only you can read, among your settings; FASTMCP_LOGIN_DIR moves them.
Where @napi-rs/keyring is installed beside fastmcp-cli, these files are sealed with a key in the system's keyring;
FASTMCP_KEYRING=off leaves them unsealed, for what runs without a desktop session.

Exit codes: 0 logged in, 2 wrong usage, 4 cannot log in.`

import { wholeEnvironment } from '../../files/environment.ts'
import type { CommandOptions } from '../../library/connect/client-transports.ts'
import type { UrlAccess } from '../../library/connect/connect-target.ts'
import { givenByEnv, resolveSettings } from '../../options/settings.ts'
import { outgoingFetch } from '../../process/proxy/outgoing-fetch.ts'
import { checkProxy, wayTo } from '../../process/proxy/proxy-for.ts'
import { isRecord } from '../../protocol/jsonrpc.ts'
import { LoginGate } from '../../remote/login/login-gate.ts'
import { bearerHeader, loginSettingsOf } from '../../remote/login/login-settings.ts'
import { checkCommand, execCommand } from '../../remote/program/exec-command.ts'
import { tokenWords } from '../../remote/token-words.ts'
import { applyEnvironment } from '../../runner/plan.ts'
import { CliError, exitCodes, messageOf } from '../../terminal/errors.ts'
import { say } from '../../terminal/output.ts'
import type { TargetOptions, Use } from './use-client.ts'
import { useClient } from './use-client.ts'

/** Uses a server that is not loaded here: at a URL, or a command that `connect()` starts. */
export async function withRemote(
  to: unknown,
  label: string,
  options: TargetOptions,
  use: Use,
): Promise<number> {
  const abort = new AbortController()
  const interrupt = () => abort.abort()
  process.once('SIGINT', interrupt)
  try {
    setVariables(options)
    const streams = { input: process.stdin, output: process.stdout }
    const { timeout } = options
    const gate = gateOf(to, options)
    const access = accessTo(to, gate, options)
    const connection = {
      to: withCaller(to, options),
      era: 'auto' as const,
      label,
      source: undefined,
      ...access,
    }
    const surroundings = { ...connection, signal: abort.signal, interrupt, timeout, ...streams }
    return await loggingIn(gate, abort.signal, () => useClient(surroundings, use))
  } finally {
    process.off('SIGINT', interrupt)
  }
}

/** How a token is given to a command. */
const remedy = 'log in with fastmcp login, or give it by --bearer-env or --header'

/** What a URL is sent beside what its entry says. */
function withCaller(to: unknown, { header, access }: TargetOptions): unknown {
  if (!isRecord(to) || to.url === undefined) return to
  const own = isRecord(to.headers) ? to.headers : {}
  return { ...to, headers: { ...own, ...header, ...bearerHeader(process.env, access?.bearerEnv) } }
}

function gateOf(to: unknown, { access }: TargetOptions): LoginGate | undefined {
  const url = urlOf(to)
  if (!access || !url) return undefined
  checkProxy(url, process.env)
  // A person takes longer than a server may: what has failed for want of a login is begun again after it.
  return new LoginGate(url, loginSettingsOf(access, process.env), say, 0)
}

/** How a URL is reached: by the proxies of the environment, and with the login of this account. */
function accessTo(
  to: unknown,
  gate: LoginGate | undefined,
  { header, access }: TargetOptions,
): { access?: UrlAccess } {
  const url = urlOf(to)
  if (!url) return {}
  const fetch = gate ? gate.over(outgoingFetch) : outgoingFetch
  const headers = isRecord(to) && isRecord(to.headers) ? to.headers : {}
  const unauthorized = tokenWords({ bearerEnv: access?.bearerEnv, header, headers }, remedy)
  return { access: { fetch, unauthorized, way: wayTo(url, process.env) } }
}

function urlOf(to: unknown): URL | undefined {
  const text = isRecord(to) ? String(to.url) : ''
  return URL.canParse(text) ? new URL(text) : undefined
}

/** Logs in, as often as one use may want more scope, and begins again. */
async function loggingIn(
  gate: LoginGate | undefined,
  signal: AbortSignal,
  use: () => Promise<number>,
): Promise<number> {
  for (let left = 3; ; left--) {
    try {
      return await use()
    } catch (error) {
      if (!gate?.isNeeded || left === 0) throw error
    }
    const stop = () => gate.close()
    signal.addEventListener('abort', stop, { once: true })
    try {
      await gate.logIn()
    } catch (error) {
      if (signal.aborted) return exitCodes.interrupted
      throw new CliError(exitCodes.listen, messageOf(error), [], { cause: error })
    } finally {
      signal.removeEventListener('abort', stop)
    }
  }
}

/** What the line and its files say of the environment, where tokens may be as well. */
function setVariables({ given }: Pick<TargetOptions, 'given'>): void {
  applyEnvironment(resolveSettings({ flag: given, env: givenByEnv(process.env) }), process.cwd(), process.env)
}

/**
 * The program that `--exec` names, with the whole environment of this process and what the line adds to it.
 * @throws CliError (exit 2) when it is no command, (exit 3) when the program is not found.
 */
export function execTarget(exec: string, spec: string, { given, userArgs }: TargetOptions): CommandOptions {
  const { command, args } = execCommand(exec, spec, userArgs)
  setVariables({ given })
  checkCommand({ command, args, env: process.env }, '--exec')
  return { command, args, env: wholeEnvironment() }
}

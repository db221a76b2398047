import { messageOf, usageError } from '../../terminal/errors.ts'
import { isLoopback } from '../near-hosts.ts'
import type { NamedProxy } from './named-proxy.ts'
import { isExempt } from './no-proxy.ts'
import { nameOf, ProxyFault } from './proxy-fault.ts'

/** The proxy variables by URL scheme; as in curl, the first that is not empty applies. */
const variables: Readonly<Record<string, readonly string[]>> = {
  'http:': ['http_proxy', 'HTTP_PROXY'],
  'https:': ['https_proxy', 'HTTPS_PROXY'],
}

/** Whether any variable names a proxy. */
export const namesProxy = (env: NodeJS.ProcessEnv): boolean =>
  Object.values(variables).some((names) => names.some((name) => env[name]))

/**
 * The proxy for a URL, as `HTTP_PROXY`, `HTTPS_PROXY` and `NO_PROXY` say; `undefined` for a direct connection, as
 * always for this machine.
 * @throws ProxyFault when the variable is not the URL of a proxy.
 */
export function proxyFor(url: URL, env: NodeJS.ProcessEnv): NamedProxy | undefined {
  const variable = variables[url.protocol]?.find((name) => env[name])
  if (variable === undefined || isLoopback(url)) return undefined
  if (isExempt(url, env.no_proxy || env.NO_PROXY || '')) return undefined
  return proxyIn(variable, env[variable] ?? '')
}

/**
 * Refuses a variable that would fail every request to a URL.
 * @throws CliError (exit 2) naming it.
 */
export function checkProxy(url: URL, env: NodeJS.ProcessEnv): void {
  try {
    proxyFor(url, env)
  } catch (error) {
    throw usageError(messageOf(error))
  }
}

/** The proxy for a URL, as text for messages, if any. */
export function wayTo(url: URL, env: NodeJS.ProcessEnv): string | undefined {
  try {
    const proxy = proxyFor(url, env)
    return proxy && nameOf(proxy)
  } catch {
    // The requests themselves report the invalid variable.
    return undefined
  }
}

function proxyIn(variable: string, value: string): NamedProxy {
  const text = value.includes('://') ? value : `http://${value}`
  const url = URL.canParse(text) ? new URL(text) : undefined
  // The value is not shown, since it may contain a password.
  if (!url || !/^https?:$/.test(url.protocol))
    throw new ProxyFault(
      `${variable} is not the URL of an http or https proxy, such as http://proxy.example:3128`,
    )
  const { username, password, origin } = url
  const caller = `${decoded(username)}:${decoded(password)}`
  const authorization = caller === ':' ? undefined : `Basic ${Buffer.from(caller).toString('base64')}`
  return { variable, url: new URL(origin), authorization }
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text)
  } catch {
    return text
  }
}

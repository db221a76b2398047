import { namesProxy, proxyFor } from './proxy-for.ts'

let proxied: Promise<typeof globalThis.fetch> | undefined

/**
 * Fetches through the proxies of `HTTP_PROXY`, `HTTPS_PROXY` and `NO_PROXY`, or directly with Node's `fetch`. Other
 * requests of the process are unaffected, and without these variables nothing is loaded.
 * @throws TypeError as `fetch` does, caused by a ProxyFault when it was the proxy that failed.
 */
export const outgoingFetch: typeof globalThis.fetch = async (input, init) => {
  const { env } = process
  if (!namesProxy(env)) return globalThis.fetch(input, init)
  const url = new URL(input instanceof Request ? input.url : input)
  if (!proxyFor(url, env)) return globalThis.fetch(input, init)
  proxied ??= import('./proxied-fetch.ts').then(({ proxiedFetch }) => proxiedFetch(env))
  return (await proxied)(input, init)
}

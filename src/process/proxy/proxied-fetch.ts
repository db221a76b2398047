import type { buildConnector, Dispatcher, Pool } from 'undici'
import { messageOf } from '../../terminal/errors.ts'
import { causesOf } from '../network-fault.ts'
import { type NamedProxy, openLimit } from './named-proxy.ts'
import { refusingProxy, unreachedProxy } from './proxy-fault.ts'
import { proxyFor } from './proxy-for.ts'

type Undici = typeof import('undici')

/** A separate `fetch` whose connections use the proxy that the environment names for their host. */
export async function proxiedFetch(env: NodeJS.ProcessEnv): Promise<typeof globalThis.fetch> {
  const undici = await import('undici')
  // A redirect may lead to a host with another proxy, or none.
  const dispatcher = new undici.Agent({
    factory: (origin, options) => {
      const proxy = proxyFor(new URL(origin), env)
      return proxy ? agentFor(proxy, undici) : new undici.Pool(origin, options as Pool.Options)
    },
  })
  return async (input, init) => {
    const request = input instanceof Request ? new undici.Request(input.url, Object(input)) : input
    const url = new URL(input instanceof Request ? input.url : input)
    const response: unknown = await undici
      .fetch(request, { ...Object(init), dispatcher })
      .catch((error: unknown) => {
        throw refusedCaller(error, proxyFor(url, env))
      })
    return response as Response
  }
}

/** A 407 of the proxy becomes a `fetch` error with only a message (Fetch, HTTP-network-or-cache fetch). */
function refusedCaller(error: unknown, proxy: NamedProxy | undefined): unknown {
  const isRefusal = [...causesOf(error)].some((one) => /proxy authentication required/i.test(messageOf(one)))
  return proxy && isRefusal ? new TypeError('fetch failed', { cause: refusingProxy(proxy, 407) }) : error
}

/** As in curl: http requests go to the proxy itself, https through a tunnel. */
function agentFor(proxy: NamedProxy, undici: Undici): Dispatcher {
  const { href } = proxy.url
  return new undici.ProxyAgent({
    uri: href,
    ...(proxy.authorization !== undefined && { token: proxy.authorization }),
    proxyTunnel: false,
    clientFactory: (origin, options) => withStatus(proxy, poolTo(proxy, origin, options, undici)),
    factory: (origin, options) =>
      String(origin) === href
        ? poolTo(proxy, origin, options, undici)
        : new undici.Pool(origin, options as Pool.Options),
  })
}

function poolTo(proxy: NamedProxy, origin: URL | string, options: object, undici: Undici): Pool {
  const connect = Reflect.get(options, 'connect') as buildConnector.connector
  return new undici.Pool(origin, {
    ...options,
    connect: (to, done) =>
      connect(to, (...[error, socket]) => {
        if (error) done(unreachedProxy(proxy, error), null)
        else done(null, socket)
      }),
  })
}

/** A proxy that refuses a tunnel gives the reason as a status (RFC 9110, 9.3.6). */
function withStatus(proxy: NamedProxy, pool: Pool): Pool {
  const connect = pool.connect.bind(pool) as (options: object) => Promise<Dispatcher.ConnectData>
  return Object.assign(pool, {
    connect: async (options: Dispatcher.ConnectOptions) => {
      const answer = await connect({ ...options, headersTimeout: openLimit }).catch((error: unknown) => {
        throw unreachedProxy(proxy, error)
      })
      if (answer.statusCode === 200) return answer
      answer.socket.on('error', () => undefined).destroy()
      throw refusingProxy(proxy, answer.statusCode)
    },
  })
}

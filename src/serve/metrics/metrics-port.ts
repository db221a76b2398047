import type { IncomingMessage, ServerResponse } from 'node:http'
import { HostCheck, isLoopback } from '../../transports/http/host-check.ts'
import { refuse, refuseMethod } from '../../transports/http/http-reply.ts'
import { listen } from '../../transports/http/listener.ts'
import { requestTarget } from '../../transports/http/request-target.ts'
import { expositionType } from './exposition.ts'

/** Where metrics are served. */
export interface MetricsAddress {
  readonly host: string
  readonly port: number
}

export interface MetricsPort {
  readonly url: string
  close(): Promise<void>
}

/**
 * Serves `/metrics` on a port of its own, which does not keep the process alive.
 * @param text what is served, made for each who asks.
 * @throws CliError (exit 4) when the address cannot be listened on.
 */
export async function openMetricsPort(
  { host, port }: MetricsAddress,
  text: () => string,
): Promise<MetricsPort> {
  const listener = await listen(host, port, undefined, '--metrics-port')
  // On this machine a page could read it under a name of its own; from elsewhere it is asked by whatever name it has there.
  const allowedHosts = isLoopback(host) ? [] : ['*']
  const hosts = new HostCheck({ host, allowedHosts, allowedOrigins: [] })
  listener.onRequest((request, response) => answer(request, response, hosts, text))
  listener.keepAlive(false)
  return {
    url: `${listener.origin}/metrics`,
    close: async () => {
      const closed = listener.close()
      listener.destroy()
      await closed
    },
  }
}

function answer(
  request: IncomingMessage,
  response: ServerResponse,
  hosts: HostCheck,
  text: () => string,
): void {
  const { method } = request
  if (hosts.hostFault(request) ?? hosts.originFault(request))
    return refuse(response, 403, 'This host or origin is not allowed')
  const target = requestTarget(request.url ?? '/', request.headers.host)
  if (target?.path !== '/metrics') return refuse(response, 404, 'Not found')
  if (method !== 'GET' && method !== 'HEAD') return refuseMethod(response, ['GET', 'HEAD'])
  const body = Buffer.from(text())
  response.writeHead(200, { 'content-type': expositionType, 'content-length': body.length })
  response.end(method === 'HEAD' ? undefined : body)
}

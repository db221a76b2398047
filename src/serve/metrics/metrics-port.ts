import type { IncomingMessage, ServerResponse } from 'node:http'
import { HostCheck, isLoopback } from '../../transports/http/host-check.ts'
import { refuse, refuseMethod } from '../../transports/http/http-reply.ts'
import { listen } from '../../transports/http/listener.ts'
import { requestTarget } from '../../transports/http/request-target.ts'
import { expositionType } from './exposition.ts'

/** The address that metrics are served on. */
export interface MetricsAddress {
  readonly host: string
  readonly port: number
}

export interface MetricsPort {
  readonly url: string
  close(): Promise<void>
}

/**
 * Serves `/metrics` on a separate port, which does not keep the process alive.
 * @param text creates the response of each scrape.
 * @throws CliError (exit 4) when the port cannot be bound.
 */
export async function openMetricsPort(
  { host, port }: MetricsAddress,
  text: () => string,
): Promise<MetricsPort> {
  const listener = await listen(host, port, undefined, '--metrics-port')
  // On loopback a web page could read it by DNS rebinding; on other addresses the host may have any name.
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

import type { McpServer } from '@modelcontextprotocol/server'
import type { SdkCopy } from '../../protocol/source.ts'
import { methodsOf } from './bridged-methods.ts'
import { AnsweredError } from './hidden-session.ts'

type Sdk = Awaited<ReturnType<SdkCopy['server']>>

/**
 * Stands in for a server that could not be asked what it offers, and says why: of a server that cannot be made at all
 * the SDK tells its client nothing.
 * @param method the one request that it is for.
 * @throws the reason itself where that request is none that a server would answer.
 */
export function unreachedServer(sdk: Sdk, reason: unknown, method: string | null | undefined): McpServer {
  const methods = Object.entries(methodsOf).find(([, all]) => method && all.includes(method))
  if (!methods || !method) throw reason
  const sdkServer = new sdk.McpServer({ name: 'fastmcp', version: '0.0.0' })
  const { server } = sdkServer
  server.registerCapabilities({ [methods[0]]: {} })
  const register = server.setRequestHandler as unknown as (method: string, handler: () => unknown) => void
  register.call(server, method, () => Promise.reject(asModern(sdk, reason)))
  return sdkServer
}

const asModern = (sdk: Sdk, reason: unknown) =>
  reason instanceof AnsweredError ? new sdk.ProtocolError(reason.code, reason.message, reason.data) : reason

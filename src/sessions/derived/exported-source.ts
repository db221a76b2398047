import type { SdkCopy, ServerSource } from '../../protocol/source.ts'
import { isTmcpServer, type TmcpServer } from '../tmcp/tmcp-shape.ts'
import { tmcpSource } from '../tmcp/tmcp-source.ts'
import { instanceSource } from './instance-source.ts'
import { isSdkServer, type SdkServer } from './sdk-shape.ts'

/** A server as people export it: of one of the official SDKs, or of the package tmcp. */
export type ExportedServer = SdkServer | TmcpServer

export const isExportedServer = (value: unknown): value is ExportedServer =>
  isSdkServer(value) || isTmcpServer(value)

/**
 * A source that serves every session from one exported server.
 * @param custom what user code has given the transport of a server of tmcp for every handler.
 */
export const exportedSource = async (
  server: ExportedServer,
  { sdkCopy, custom }: { sdkCopy?: SdkCopy | undefined; custom?: unknown } = {},
): Promise<ServerSource> =>
  isTmcpServer(server) ? tmcpSource(server, custom) : instanceSource(server, { sdkCopy })

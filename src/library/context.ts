import type { Implementation, McpServer, RequestId, ServerContext } from '@modelcontextprotocol/server'

/** Log messages to the client, at the level it asked for (server/utilities/logging). */
export interface LogMethods {
  debug(data: unknown): Promise<void>
  info(data: unknown): Promise<void>
  notice(data: unknown): Promise<void>
  warning(data: unknown): Promise<void>
  error(data: unknown): Promise<void>
}

/** What a handler knows of the call it answers; its second argument. */
export interface Context {
  readonly log: LogMethods
  /** Aborted when the client cancels the call or leaves. */
  readonly signal: AbortSignal
  readonly requestId: RequestId
  /** The client that calls, as it introduced itself. */
  readonly client: Implementation | undefined
  /** Absent on stdio, in stateless serving and in the modern era. */
  readonly sessionId: string | undefined
  /** The official SDK's own context. */
  readonly sdk: ServerContext
  /**
   * Reports progress. Does nothing when the client asked for none.
   * @param progress how much is done; must grow from call to call.
   * @param total how much there is, when known.
   */
  progress(progress: number, total?: number, message?: string): Promise<void>
}

export function contextOf(server: McpServer, sdk: ServerContext): Context {
  const { mcpReq } = sdk
  const log = (level: keyof LogMethods) => (data: unknown) => mcpReq.log(level, data)
  return {
    log: {
      debug: log('debug'),
      info: log('info'),
      notice: log('notice'),
      warning: log('warning'),
      error: log('error'),
    },
    signal: mcpReq.signal,
    requestId: mcpReq.id,
    client: server.server.getClientVersion(),
    sessionId: sdk.sessionId,
    sdk,
    progress: async (progress, total, message) => {
      const progressToken = mcpReq._meta?.progressToken
      if (progressToken === undefined) return
      const params = {
        progressToken,
        progress,
        ...(total !== undefined && { total }),
        ...(message && { message }),
      }
      await mcpReq.notify({ method: 'notifications/progress', params })
    },
  }
}

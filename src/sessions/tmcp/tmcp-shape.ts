import type { AuthInfo } from '../../protocol/auth.ts'
import { isRecord, type JsonRpcNotification, type JsonRpcRequest } from '../../protocol/jsonrpc.ts'

/** The context that a tmcp server receives with each message. */
export interface TmcpContext {
  sessionId?: string | undefined
  sessionInfo: TmcpClient
  auth?: AuthInfo | undefined
  /** Aborted when the client has cancelled the request or disconnected. */
  signal: AbortSignal
  /** The custom context that user code gave its transport, for every handler. */
  custom: unknown
}

/** A client's initialize parameters and later settings. */
export interface TmcpClient {
  clientCapabilities?: unknown
  clientInfo?: unknown
  logLevel?: string | undefined
}

/** A message that the server emits. */
export interface TmcpSent {
  request: JsonRpcRequest | JsonRpcNotification
  /** Before version 1.13: the ids of the recipients. */
  context?: { sessions?: readonly unknown[] | undefined }
  /** The modern stream that it is for, if the server manages those itself. */
  subscriptionOrigin?: unknown
}

/**
 * A server of the package tmcp. One object serves all sessions: it receives each message with its session's context,
 * and emits its own messages as events.
 */
export interface TmcpServer {
  receive(message: object, context: TmcpContext): unknown
  on(event: 'send' | 'broadcast', listener: (sent: TmcpSent) => void): () => void
}

/** Recognised by shape, because every copy of the package has its own class. */
export const isTmcpServer = (value: unknown): value is TmcpServer =>
  isRecord(value) && ['receive', 'on', 'tool', 'changed'].every((name) => typeof value[name] === 'function')

import type { AuthInfo } from '../../protocol/auth.ts'
import { isRecord, type JsonRpcNotification, type JsonRpcRequest } from '../../protocol/jsonrpc.ts'

/** What a server of the package tmcp is told of the client whose message it receives. */
export interface TmcpContext {
  sessionId?: string | undefined
  sessionInfo: TmcpClient
  auth?: AuthInfo | undefined
  /** Aborted when the client has cancelled the request, or has gone. */
  signal: AbortSignal
  /** What user code has given its transport for every handler. */
  custom: unknown
}

/** A client, as its introduction and its later wishes describe it. */
export interface TmcpClient {
  clientCapabilities?: unknown
  clientInfo?: unknown
  logLevel?: string | undefined
}

/** A message that the server wants to be sent. */
export interface TmcpSent {
  request: JsonRpcRequest | JsonRpcNotification
  /** Of versions before 1.13: whom it is for, by id. */
  context?: { sessions?: readonly unknown[] | undefined }
  /** Whose stream of the modern era it is for, where the server keeps those itself. */
  subscriptionOrigin?: unknown
}

/**
 * A server of the package tmcp. One object serves all sessions: it is handed each message with its session's context,
 * and gives what it has to say as events.
 */
export interface TmcpServer {
  receive(message: object, context: TmcpContext): unknown
  on(event: 'send' | 'broadcast', listener: (sent: TmcpSent) => void): () => void
}

/** Recognised by shape, because every copy of the package has a class of its own. */
export const isTmcpServer = (value: unknown): value is TmcpServer =>
  isRecord(value) && ['receive', 'on', 'tool', 'changed'].every((name) => typeof value[name] === 'function')

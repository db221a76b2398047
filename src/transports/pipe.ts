import {
  asMessage,
  errorCodes,
  errorReply,
  isResponse,
  type JsonRpcError,
  type JsonRpcMessage,
  messageFault,
  usableId,
} from '../protocol/jsonrpc.ts'
import type { Outlet } from '../sessions/outlet.ts'

export interface PipeHandlers {
  message(message: JsonRpcMessage): void
  /** The client has closed its end: nothing more will come. */
  ended(): void
  /** The client no longer reads: nothing can be answered any more. */
  broken(): void
}

/** One lasting connection to one client, such as a pair of streams. */
export interface Pipe extends Outlet {
  start(handlers: PipeHandlers): void
  /** Resolves once everything sent has left, or nobody reads any more. */
  flushed(): Promise<void>
}

/**
 * Takes what has come over a pipe and should be a message. What is none is refused, since whoever gets no reply waits
 * for ever; a broken answer to a question of the server's is handed on as an error, for the same reason.
 */
export function takeValue(
  value: unknown,
  message: (message: JsonRpcMessage) => void,
  refuse: (error: JsonRpcError) => void,
): void {
  const fault = messageFault(value)
  if (fault === undefined) return message(asMessage(value))
  const id = usableId(value)
  const answer = typeof value === 'object' && value !== null && isResponse(value as JsonRpcMessage)
  // An error in answer to a broken answer could be answered in turn, without end.
  if (!answer || !('result' in value || 'error' in value)) {
    refuse(errorReply(id, errorCodes.invalidRequest, fault))
  } else if (id !== null) {
    message(errorReply(id, errorCodes.invalidRequest, `The response cannot be read: ${fault}`))
  }
}

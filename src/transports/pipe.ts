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
  /** The client has closed its end: there will be no more messages. */
  ended(): void
  /** The client has stopped reading: responses can no longer be delivered. */
  broken(): void
}

/** A long-lived connection to one client, such as a pair of streams. */
export interface Pipe extends Outlet {
  start(handlers: PipeHandlers): void
  /** Resolves once everything has been sent, or the client has stopped reading. */
  flushed(): Promise<void>
}

/**
 * Processes a value that should be a message. An invalid one gets an error response, since its sender would otherwise
 * wait for ever; an invalid response to a request of the server is passed on as an error, for the same reason.
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
  // An error in reply to an invalid response could start an endless exchange of errors.
  if (!answer || !('result' in value || 'error' in value)) {
    refuse(errorReply(id, errorCodes.invalidRequest, fault))
  } else if (id !== null) {
    message(errorReply(id, errorCodes.invalidRequest, `The response cannot be read: ${fault}`))
  }
}

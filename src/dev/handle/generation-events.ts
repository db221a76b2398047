import type { JsonRpcMessage, RequestId } from '../../protocol/jsonrpc.ts'
import type { Change } from '../../protocol/source.ts'
import type { FilesRead } from '../protocol/file-state.ts'
import type { Issued } from '../protocol/ipc.ts'

/** Receives a generation's messages of one conversation. */
export interface Correspondent {
  message(message: JsonRpcMessage, related: RequestId | undefined): void
  state(key: string, text: string | undefined): void
  /** The server has ended the conversation, or could not open it, with the reason if known. */
  closed(reason: string | undefined): void
  /** The process has exited; pending requests will not be answered. */
  died(reason: string): void
}

/** @typeParam Child the type of the generation in events. */
export interface GenerationEvents<Child> {
  change(child: Child, change: Change): void
  /** There is no free slot for another server of this subject until an idle one ends. */
  full(subject: string | undefined): void
  /** A client will return to this generation, with an answer or for a task. */
  issued(child: Child, what: Issued): void
  /** User code read these files while loading, or writes them itself. */
  read(read: FilesRead): void
  wrote(path: string): void
  /** User code wants to exit. */
  leaving(child: Child, code: number): void
  exited(child: Child, reason: string): void
}

import type { JsonRpcMessage, RequestId } from '../../protocol/jsonrpc.ts'
import type { Change } from '../../protocol/source.ts'
import type { FilesRead } from '../protocol/file-state.ts'
import type { Issued } from '../protocol/ipc.ts'

/** What a generation sends on behalf of one conversation. */
export interface Correspondent {
  message(message: JsonRpcMessage, related: RequestId | undefined): void
  state(key: string, text: string | undefined): void
  /** The server has ended the conversation, or never opened it: why, if it says so. */
  closed(reason: string | undefined): void
  /** The process is gone, and whatever it was asked will not be answered. */
  died(reason: string): void
}

/** @typeParam Child the generation, as whoever listens sees it. */
export interface GenerationEvents<Child> {
  change(child: Child, change: Change): void
  /** There is no slot for another server, of this subject, until something idle ends. */
  full(subject: string | undefined): void
  /** A client will come back to this generation, with an answer or for a task. */
  issued(child: Child, what: Issued): void
  /** User code has read this while it loaded, or writes it by itself. */
  read(read: FilesRead): void
  wrote(path: string): void
  /** User code wants the process to end. */
  leaving(child: Child, code: number): void
  exited(child: Child, reason: string): void
}

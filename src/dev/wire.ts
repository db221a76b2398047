import type { AuthInfo } from '../auth.ts'
import type { JsonRpcMessage, RequestId } from '../jsonrpc.ts'
import type { Change, Era } from '../source.ts'
import type { Offer } from './offer.ts'

/** What one generation is to load; the same for all of them until the user's settings change. */
export interface LoadOrder {
  file: string
  exportName: string | undefined
  /** How the file is called in messages. */
  shown: string
  userArgs: readonly string[]
}

/** An HTTP request as it travels between processes. */
export interface WireRequest {
  url: string
  method: string
  headers: [string, string][]
  authInfo?: AuthInfo | undefined
}

export interface WireOpening {
  era: Era
  lasting: boolean
  sessionId?: string | undefined
  request?: WireRequest | undefined
}

/** What a generation says of itself once it can serve. */
export interface About {
  name: string
  version: string | undefined
  exportName: string
  counts: [string, number][]
  offer: Offer
}

/** Front to generation. */
export type Order =
  | { type: 'warm'; ahead: unknown }
  | { type: 'load'; order: LoadOrder }
  | { type: 'open'; conversation: number; opening: WireOpening; state: [string, string][] }
  | { type: 'message'; conversation: number; message: JsonRpcMessage; request?: WireRequest | undefined }
  | { type: 'state'; conversation: number; key: string; text: string | undefined }
  | { type: 'close'; conversation: number }
  | { type: 'stop' }

/** Generation to front. */
export type Report =
  | { type: 'ready'; about: About }
  | { type: 'failed'; message: string; details: readonly string[] }
  | { type: 'message'; conversation: number; message: JsonRpcMessage; related?: RequestId | undefined }
  | { type: 'refused'; conversation: number; reason: string }
  | { type: 'closed'; conversation: number }
  | { type: 'state'; conversation: number; key: string; text: string | undefined }
  | { type: 'change'; change: Change }
  | { type: 'leaving'; code: number }

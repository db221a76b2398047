import type { FirstModule } from '../../loader/first-modules.ts'
import type { HookOutcome, RemoteHook } from '../../protocol/auth.ts'
import type { RequestId } from '../../protocol/jsonrpc.ts'
import type { Change, Era } from '../../protocol/source.ts'
import type { AppAddress } from '../../serve/app-port.ts'
import type { HttpServeOptions } from '../../serve/serve-options.ts'
import type { FilesRead } from './file-state.ts'
import type { FlatValue } from './flat-value.ts'
import type { Offer } from './offer.ts'
import type { TaskNews } from './task-news.ts'

/** What one generation is to load; the same for all of them until the user's settings change. */
export interface LoadOrder {
  file: string
  exportName: string | undefined
  /** How the file is called in messages. */
  shown: string
  /** What the package of a folder runs as its program, where that is another file. */
  bin?: string | undefined
  /** What is loaded before it. */
  first: readonly FirstModule[]
  userArgs: readonly string[]
  /** How the front serves it; nothing on stdio. */
  http: HttpServeOptions | undefined
  /** What a program may take that the file turns out to start, on every transport. */
  programs: Pick<HttpServeOptions, 'maxBody' | 'maxProcesses'>
  /** Where a debugger may connect, before any of it runs. */
  debugPort?: number | undefined
  /** Whether another generation may have what only one of them can have, such as a port. */
  replaces: boolean
}

/** An HTTP request as it travels between processes. */
export interface IpcRequest {
  url: string
  method: string
  headers: [string, string][]
  authInfo?: FlatValue | undefined
  body?: Uint8Array | undefined
}

/** What came of asking a hook who calls, on its way from its process. */
export type IpcOutcome =
  | Exclude<HookOutcome, { kind: 'known' }>
  | { readonly kind: 'known'; readonly auth: FlatValue }

export interface IpcOpening {
  era: Era
  longLived: boolean
  sessionId?: string | undefined
  request?: IpcRequest | undefined
}

/** What a generation says of itself once it can serve. */
export interface About {
  name: string
  version: string | undefined
  exportName: string
  counts: [string, number][]
  sdk: 'v1' | 'v2'
  routes: { path: string; methods: readonly string[]; auth: boolean }[]
  /** Whether it checks its callers, and what it tells OAuth clients. */
  auth: Pick<RemoteHook, 'metadata' | 'clockTolerance'> | undefined
  /** The scopes that its tools require. */
  toolScopes: [string, readonly string[]][]
  /** Where its HTTP app is, if it has one: it gets every request that nobody else answers. */
  app: AppAddress | undefined
  /** The app speaks MCP itself, in a way that only its own clients can open. */
  appOnly: boolean
  /** Each conversation has a server of its own, which tells only its own client of changes. */
  separate: boolean
  /** What the server says it can do, by name. */
  capabilities: readonly string[]
  offer: Offer
  /** Whether it has told all of that in time. */
  complete: boolean
}

/**
 * Front to generation. Messages travel as JSON text: the copies that processes exchange otherwise go no deeper than the
 * stack does, and hold what JSON does not.
 */
export type Order =
  | { type: 'warm'; ahead: unknown }
  | { type: 'load'; order: LoadOrder }
  | { type: 'open'; conversation: number; opening: IpcOpening; state: [string, string][] }
  | { type: 'message'; conversation: number; text: string; request?: IpcRequest | undefined }
  | { type: 'state'; conversation: number; key: string; text: string | undefined }
  | { type: 'close'; conversation: number }
  /** With a text, a request of the modern era; without, one for a route of the user's. */
  | { type: 'fetch'; call: number; request: IpcRequest; text: string | undefined }
  | { type: 'abort'; call: number }
  /** So many bytes of an answer have been consumed, and there is room for as many more. */
  | { type: 'consumed'; call: number; bytes: number }
  | { type: 'check'; check: number; request: IpcRequest }
  | { type: 'debug'; port: number | undefined }
  | { type: 'ping' }
  | { type: 'stop' }

/** What a client without a session comes back with: the state of a question, or the name of a task. */
export type Issued = { readonly state: string } | { readonly news: TaskNews }

/** Generation to front. */
export type Report =
  /** The process is up, and user code begins to load. */
  | { type: 'loading' }
  | { type: 'ready'; about: About }
  /** What user code has read while it loaded, before it is said what came of that. */
  | { type: 'read'; read: FilesRead }
  /** User code writes this file for the first time since it has loaded. */
  | { type: 'wrote'; path: string }
  /** `conflict`: another process has what it needs. */
  | { type: 'failed'; message: string; details: readonly string[]; conflict: boolean }
  | { type: 'message'; conversation: number; text: string; related?: RequestId | undefined }
  /** No server could be opened for it, which the log tells of. */
  | { type: 'refused'; conversation: number }
  | { type: 'closed'; conversation: number }
  | { type: 'state'; conversation: number; key: string; text: string | undefined }
  | { type: 'change'; change: Change }
  | { type: 'head'; call: number; status: number; headers: [string, string][] }
  | { type: 'chunk'; call: number; bytes: Uint8Array }
  | { type: 'end'; call: number; fault: string | undefined }
  | { type: 'checked'; check: number; outcome: IpcOutcome }
  /** A server for a session of this subject waits for something idle to end. */
  | { type: 'full'; subject: string | undefined }
  /** What to tell whoever wants another server from now on; nothing when there is room. */
  | { type: 'slots'; words: string | undefined }
  | { type: 'issued'; issued: Issued }
  | { type: 'pong' }
  | { type: 'leaving'; code: number }

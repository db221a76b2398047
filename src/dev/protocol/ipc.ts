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

/** What a generation should load; the same for all until the user's settings change. */
export interface LoadOrder {
  file: string
  exportName: string | undefined
  /** The name of the file in messages. */
  shown: string
  /** The binary of a folder's package, if that is another file. */
  bin?: string | undefined
  /** Modules to load before it. */
  first: readonly FirstModule[]
  userArgs: readonly string[]
  /** The HTTP options of the front; undefined on stdio. */
  http: HttpServeOptions | undefined
  /** Limits of a program that the file may turn out to start, on every transport. */
  programs: Pick<HttpServeOptions, 'maxBody' | 'maxProcesses'>
  /** The debugger port, opened before any code runs. */
  debugPort?: number | undefined
  /** Whether another generation may hold exclusive resources, such as a port. */
  replaces: boolean
}

/** An HTTP request as sent between processes. */
export interface IpcRequest {
  url: string
  method: string
  headers: [string, string][]
  authInfo?: FlatValue | undefined
  body?: Uint8Array | undefined
}

/** The outcome of an auth hook, as sent between processes. */
export type IpcOutcome =
  | Exclude<HookOutcome, { kind: 'known' }>
  | { readonly kind: 'known'; readonly auth: FlatValue }

export interface IpcOpening {
  era: Era
  longLived: boolean
  sessionId?: string | undefined
  request?: IpcRequest | undefined
}

/** The description of a generation that can serve. */
export interface About {
  name: string
  version: string | undefined
  exportName: string
  counts: [string, number][]
  sdk: 'v1' | 'v2'
  routes: { path: string; methods: readonly string[]; auth: boolean }[]
  /** Its auth settings, if it has auth, with the metadata for OAuth clients. */
  auth: Pick<RemoteHook, 'metadata' | 'clockTolerance'> | undefined
  /** The scopes that its tools require. */
  toolScopes: [string, readonly string[]][]
  /** The address of its HTTP app, if it has one: it gets all requests that nothing else handles. */
  app: AppAddress | undefined
  /** Whether the app serves MCP itself, so that only its own clients can open sessions. */
  appOnly: boolean
  /** Whether each conversation has its own server, which notifies only its own client of changes. */
  separate: boolean
  /** The names of the server's capabilities. */
  capabilities: readonly string[]
  offer: Offer
  /** Whether the survey completed in time. */
  complete: boolean
}

/**
 * Front to generation. Messages are sent as JSON text, since structured cloning is limited by stack size and passes
 * values that JSON does not.
 */
export type Order =
  | { type: 'warm'; ahead: unknown }
  | { type: 'load'; order: LoadOrder }
  | { type: 'open'; conversation: number; opening: IpcOpening; state: [string, string][] }
  | { type: 'message'; conversation: number; text: string; request?: IpcRequest | undefined }
  | { type: 'state'; conversation: number; key: string; text: string | undefined }
  | { type: 'close'; conversation: number }
  /** With a text: a modern request; without: one for a user's route. */
  | { type: 'fetch'; call: number; request: IpcRequest; text: string | undefined }
  | { type: 'abort'; call: number }
  /** That many bytes of a response were consumed, so there is room for as many more. */
  | { type: 'consumed'; call: number; bytes: number }
  | { type: 'check'; check: number; request: IpcRequest }
  | { type: 'debug'; port: number | undefined }
  | { type: 'ping' }
  | { type: 'stop' }

/** What a client without a session returns with: a request state, or a task id. */
export type Issued = { readonly state: string } | { readonly news: TaskNews }

/** Generation to front. */
export type Report =
  /** The process is up, and user code starts loading. */
  | { type: 'loading' }
  | { type: 'ready'; about: About }
  /** The files that user code read while loading; sent before the outcome. */
  | { type: 'read'; read: FilesRead }
  /** User code writes this file for the first time since it loaded. */
  | { type: 'wrote'; path: string }
  /** `conflict`: another process holds a resource that it needs. */
  | { type: 'failed'; message: string; details: readonly string[]; conflict: boolean }
  | { type: 'message'; conversation: number; text: string; related?: RequestId | undefined }
  /** No server could be opened for it; the reason is in the log. */
  | { type: 'refused'; conversation: number }
  | { type: 'closed'; conversation: number }
  | { type: 'state'; conversation: number; key: string; text: string | undefined }
  | { type: 'change'; change: Change }
  | { type: 'head'; call: number; status: number; headers: [string, string][] }
  | { type: 'chunk'; call: number; bytes: Uint8Array }
  | { type: 'end'; call: number; fault: string | undefined }
  | { type: 'checked'; check: number; outcome: IpcOutcome }
  /** Opening a server for this subject is waiting for an idle one to end. */
  | { type: 'full'; subject: string | undefined }
  /** The error for opening another server from now on; undefined if there are free slots. */
  | { type: 'slots'; words: string | undefined }
  | { type: 'issued'; issued: Issued }
  | { type: 'pong' }
  | { type: 'leaving'; code: number }

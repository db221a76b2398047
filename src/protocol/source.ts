import type { IncomingMessage, ServerResponse } from 'node:http'
import type { AuthHook, AuthInfo, RemoteHook } from './auth.ts'
import type { Channel } from './channel.ts'
import type { JsonRpcMessage } from './jsonrpc.ts'
import type { ToolScopes } from './tool-scopes.ts'

/** The protocol generation a conversation speaks: `initialize` and sessions, or an envelope per request. */
export type Era = 'legacy' | 'modern'

/** A change in what a server offers; clients of the modern era hear of it through `subscriptions/listen`. */
export type Change = { kind: 'tools' | 'prompts' | 'resources' } | { kind: 'resource'; uri: string }

/** What a factory is told about the conversation it builds a server for. */
export interface Opening {
  era: Era
  /** Whether the conversation outlives one request, so that it should hear of changes. */
  longLived: boolean
  sessionId?: string
  /** The HTTP request that opened the conversation, if one did. */
  request?: Request
  /** Who opened it, where the server checks that. */
  authInfo?: AuthInfo | undefined
}

/** The user's server for one session (legacy) or one request (modern). */
export interface OpenServer {
  /** The SDK's server object, for the SDK's own entry points. */
  readonly sdkServer: object
  connect(channel: Channel): Promise<void>
  /** A synchronous `connect`, for a conversation of one request. Absent if only the SDK can connect it. */
  attach?(channel: Channel): void
  /** Ends the conversation and runs the factory's `cleanup`, if it gave one. */
  close(): Promise<void>
}

/** The copy of SDK v2 that created a server: only its own entry points recognise the server's classes. */
export interface SdkCopy {
  server(): Promise<typeof import('@modelcontextprotocol/server')>
  stdio(): Promise<typeof import('@modelcontextprotocol/server/stdio')>
}

/**
 * The one shape into which the loader turns every server: "give me a server for this conversation". Servers are derived
 * from an exported instance, or created by calling a factory.
 */
export interface ServerSource {
  readonly name: string
  readonly version: string | undefined
  /** `'tools' → 2` and so on; empty if the server cannot be inspected without a client. */
  readonly counts: ReadonlyMap<string, number>
  /** The SDK major of the server, which determines how the modern era is served. */
  readonly sdk: 'v1' | 'v2'
  /** The SDK copy that created the server; if unknown, the runner's own copy is used. */
  readonly sdkCopy: SdkCopy | undefined
  /** The server's routes besides the MCP path. */
  readonly routes: readonly Route[]
  /** The HTTP app that the server is part of: it gets all requests that nothing else handles. */
  readonly app?: AppHandler | undefined
  /** Whether the app serves MCP itself, so that there is no server to open. */
  readonly appOnly?: boolean
  /** The server's own auth hook, for HTTP transports. */
  readonly auth?: AuthHook | RemoteHook | undefined
  /** The scopes that its tools currently require. */
  readonly toolScopes?: ToolScopes | undefined
  /** Whether each conversation has its own server with its own state, as from a factory or a program. */
  readonly separate?: boolean
  /** The limit of concurrent servers; absent if they only cost memory. */
  readonly slots?: Slots | undefined
  /** Subscribes to changes of `routes`, `auth` or `toolScopes`; absent if they never change. */
  onHttpChange?(listener: () => void): void
  /**
   * Resolves once `routes` and `auth` are known, or with a message if they cannot be for now. Absent if they are known
   * from the start.
   */
  ready?(): Promise<string | undefined>
  /**
   * Answers a modern request itself; undefined for one that it leaves to the SDK's handler. Absent if all are left to
   * that.
   */
  modern?(
    request: Request,
    message: JsonRpcMessage,
    authInfo: AuthInfo | undefined,
  ): Promise<Response> | undefined
  open(opening: Opening): Promise<OpenServer>
  /** Subscribes to changes that do not reach sessions by themselves. Returns a function that unsubscribes. */
  onChange(listener: (change: Change) => void): () => void
  /**
   * Notifies subscribers of a change that the server of one conversation has announced to its client. Absent if one
   * server is behind all conversations.
   */
  readonly announce?: ((change: Change) => void) | undefined
  /** Runs the user's own cleanup, once, after serving. */
  close(): Promise<void>
}

/** A limited resource of a source's servers, such as processes. */
export interface Slots {
  /** The error for opening another server while all slots are taken; otherwise undefined. */
  readonly fullWords: string | undefined
  /** @param makeRoom is called to end something idle for a server of this subject; returns `false` if it cannot. */
  onFull(makeRoom: (subject: string | undefined) => boolean): void
  /** @param listener is called when `fullWords` may have changed. */
  onChange(listener: () => void): void
}

/** A request handler in Node's style. */
export type AppHandler = (request: IncomingMessage, response: ServerResponse) => void | Promise<void>

/** One HTTP route of the user's: a path such as `/users/:id` or `/files/*`. */
export interface Route {
  /** As it was registered, with `:names` and a last `*`. */
  readonly path: string
  /** The HTTP methods it answers, in capitals. */
  readonly methods: readonly string[]
  /** Answers its requests. */
  readonly handler: RouteHandler
  /** Only callers that the server's auth hook accepts. */
  readonly auth?: boolean
}

/** Answers a request to a custom route. When it throws, the client gets 500, and stderr the reason. */
export type RouteHandler = (
  request: Request,
  context: {
    /** What the `:names` and `*` of the path stand for, decoded. */
    params: Record<string, string>
    /** Who calls, where the route asks for that with `auth: true`. */
    auth?: AuthInfo | undefined
  },
) => Response | Promise<Response>

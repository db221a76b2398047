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

/** A server of the user's for one session (legacy) or one request (modern). */
export interface OpenServer {
  /** The SDK object itself, for the SDK's own entry points. */
  readonly sdkServer: object
  connect(channel: Channel): Promise<void>
  /** As `connect`, at once, for a conversation of one request. Absent where only the SDK knows how. */
  attach?(channel: Channel): void
  /** Ends the conversation and runs the factory's `cleanup`, if it gave one. */
  close(): Promise<void>
}

/** The copy of SDK v2 that a server was made with: only its own entry points know the server's classes. */
export interface SdkCopy {
  server(): Promise<typeof import('@modelcontextprotocol/server')>
  stdio(): Promise<typeof import('@modelcontextprotocol/server/stdio')>
}

/**
 * The one shape the loader makes of every server: "give me a server for this conversation". From an exported
 * instance the servers are derived; from a factory each is built by a call.
 */
export interface ServerSource {
  readonly name: string
  readonly version: string | undefined
  /** `'tools' → 2` and so on; empty where the server cannot be asked without a client. */
  readonly counts: ReadonlyMap<string, number>
  /** The SDK generation of the server, which decides who serves the modern era. */
  readonly sdk: 'v1' | 'v2'
  /** Where the SDK that made the server is; the runner's own copy does when that is not known. */
  readonly sdkCopy: SdkCopy | undefined
  /** Routes of the server beside the MCP path. */
  readonly routes: readonly Route[]
  /** The HTTP app that the server is part of: it gets every request that nobody else answers. */
  readonly app?: AppHandler | undefined
  /** The app speaks MCP itself, and there is no server to open. */
  readonly appOnly?: boolean
  /** The server's own check of callers, for transports that have requests to check. */
  readonly auth?: AuthHook | RemoteHook | undefined
  /** The scopes that its tools require, as they are now. */
  readonly toolScopes?: ToolScopes | undefined
  /** Whether each conversation has a server with a memory of its own, as a factory and a program make one. */
  readonly separate?: boolean
  /** Absent where servers cost nothing but memory. */
  readonly slots?: Slots | undefined
  /** Tells when `routes`, `auth` or `toolScopes` has changed; absent where they never do. */
  onHttpChange?(listener: () => void): void
  /**
   * Resolves as soon as `routes` and `auth` are known, with words when they will not be for now. Absent where they
   * are known from the start.
   */
  ready?(): Promise<string | undefined>
  /**
   * Answers a request of the modern era by itself; nothing for one it leaves to the SDK's handler. Absent where all
   * are left to it.
   */
  modern?(
    request: Request,
    message: JsonRpcMessage,
    authInfo: AuthInfo | undefined,
  ): Promise<Response> | undefined
  open(opening: Opening): Promise<OpenServer>
  /** Subscribes to changes that reach no session by themselves. Returns the way to unsubscribe. */
  onChange(listener: (change: Change) => void): () => void
  /**
   * Tells those who subscribed of a change that the server of one conversation has told its client. Absent where one
   * server is behind all conversations.
   */
  readonly announce?: ((change: Change) => void) | undefined
  /** Runs the user's own clean-up, once, when everything has been served. */
  close(): Promise<void>
}

/** What there is only so much of for the servers of a source, such as processes. */
export interface Slots {
  /** What to tell whoever has to come back later, when another server would have to wait for one that ends. */
  readonly fullWords: string | undefined
  /** @param makeRoom is asked to end something idle for a server of this subject; `false` when it cannot. */
  onFull(makeRoom: (subject: string | undefined) => boolean): void
  /** @param listener is told when `fullWords` may have changed. */
  onChange(listener: () => void): void
}

/** Answers a request in Node's own form. */
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

import type { IncomingMessage, ServerResponse } from 'node:http'
import type { AuthInfo, HookOutcome, RemoteHook } from '../../protocol/auth.ts'
import type { JsonRpcMessage } from '../../protocol/jsonrpc.ts'
import type { Change, Opening, OpenServer, ServerSource } from '../../protocol/source.ts'
import { aboutCall, type Call, clientIn } from '../conversation/call.ts'
import { Conversation, type ConversationEvents } from '../conversation/conversation.ts'
import { requestToWire, wholeToWire } from '../protocol/wire-request.ts'
import { watchedAnswer } from './answer-fault.ts'
import { forwardToApp } from './app-proxy.ts'
import type { Supervisor } from './supervisor.ts'

/**
 * The server source that the front serves: whatever generation is the current one. It answers for all of them,
 * so that transports and sessions never notice a reload.
 */
export function devSource(supervisor: Supervisor, called: (call: Call) => void): ServerSource {
  let count = 0
  const events: ConversationEvents = {
    called: (call) => note(call),
    ended: (conversation) => void supervisor.clients.delete(conversation),
  }
  return {
    get name() {
      return supervisor.about?.name ?? 'server'
    },
    get version() {
      return supervisor.about?.version
    },
    get counts() {
      return new Map(supervisor.about?.counts ?? [])
    },
    // What generations do not answer as it stands goes through hidden sessions, which outlive them.
    sdk: 'v1',
    sdkCopy: undefined,
    get routes() {
      return (supervisor.about?.routes ?? []).map((one) => ({ ...one, handler: route }))
    },
    get auth() {
      return devAuth(supervisor)
    },
    get toolScopes() {
      return new Map(supervisor.about?.toolScopes ?? [])
    },
    get app() {
      return supervisor.about?.app && toApp
    },
    get appOnly() {
      return supervisor.about?.appOnly ?? false
    },
    places: {
      get fullWords() {
        return supervisor.current?.fullWords
      },
      onFull: (makeRoom) => {
        supervisor.full = makeRoom
      },
      onChange: () => undefined,
    },
    get announce() {
      return supervisor.about?.separate ? (change: Change) => supervisor.clients.tell(change) : undefined
    },
    onHttpChange: (listener) => void supervisor.httpListeners.add(listener),
    ready,
    modern,
    open: async (opening) => open(opening),
    onChange: (listener) => supervisor.clients.onChange(listener),
    close: () => supervisor.close(),
  }

  function toApp(request: IncomingMessage, response: ServerResponse): Promise<void> {
    return forwardToApp(supervisor, request, response)
  }

  async function ready(): Promise<string | undefined> {
    const outcome = supervisor.about ?? (await supervisor.serving())
    return typeof outcome === 'string' ? outcome : undefined
  }

  async function route(request: Request, { auth }: { auth?: AuthInfo | undefined }): Promise<Response> {
    const expected = await supervisor.serving()
    if (typeof expected === 'string') return new Response(expected, { status: 503 })
    // Read only now, or the bodies of all who wait would have to be kept.
    const wire = await wholeToWire(request, auth)
    const child = supervisor.current ?? expected
    return child.fetch(wire, undefined, request.signal)
  }

  /** Subscriptions must outlive generations, and missing lists read as empty: both are up to the front. */
  function modern(
    request: Request,
    message: JsonRpcMessage,
    authInfo: AuthInfo | undefined,
  ): Promise<Response> | undefined {
    const { about, current } = supervisor
    const method = 'method' in message ? message.method : ''
    if (method === 'subscriptions/listen') supervisor.clients.listen(request.signal)
    const list = listMethods.get(method)
    const frontal = list ? !about?.capabilities.includes(list) : frontMethods.has(method)
    if (!about || !current || about.sdk === 'v1' || frontal) return undefined
    const wire = requestToWire(request, authInfo)
    const child = supervisor.retries.take(message) ?? current
    return timed(message, child.fetch(wire, message, request.signal))
  }

  async function timed(message: JsonRpcMessage, answer: Promise<Response>): Promise<Response> {
    const begun = performance.now()
    return watchedAnswer(await answer, (fault) =>
      note({ client: clientIn(message), ...aboutCall(message), took: performance.now() - begun, fault }),
    )
  }

  function note(call: Call): void {
    if (call.fault === undefined) supervisor.prove()
    called(call)
  }

  async function open({ era, longLived, sessionId, request, authInfo }: Opening): Promise<OpenServer> {
    const opening = { era, longLived, sessionId, request: request && requestToWire(request, authInfo) }
    const conversation = new Conversation(++count, opening, events, () => supervisor.unavailable)
    return {
      sdkServer: conversation.sdkServer,
      connect: async (channel) => {
        await conversation.connect(channel)
        supervisor.clients.add(conversation)
        if (supervisor.current) await conversation.moveTo(supervisor.current)
      },
      close: () => conversation.close(),
    }
  }
}

/** Generations that may die over one caller before that caller is sent away. */
const tries = 3

/** The hook of whatever generation is the current one; nothing while that has none. */
export function devAuth(supervisor: Supervisor): RemoteHook | undefined {
  const { about } = supervisor
  return about?.auth && { ...about.auth, ask }

  async function ask(request: Request): Promise<HookOutcome> {
    for (let attempt = 0; attempt < tries; attempt++) {
      const child = await supervisor.serving()
      if (typeof child === 'string') return unavailable(child)
      const outcome = await child.check(requestToWire(request))
      if (outcome) return outcome
    }
    return unavailable('the server ended while it was checking who calls')
  }
}

const frontMethods = new Set(['server/discover', 'subscriptions/listen'])

/** Lists by the capability that a server needs to have them. */
const listMethods: ReadonlyMap<string, string> = new Map([
  ['tools/list', 'tools'],
  ['prompts/list', 'prompts'],
  ['resources/list', 'resources'],
  ['resources/templates/list', 'resources'],
])

const unavailable = (fault: string): HookOutcome => ({ kind: 'failed', status: 503, fault })

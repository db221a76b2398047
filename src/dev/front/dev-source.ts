import type { IncomingMessage, ServerResponse } from 'node:http'
import type { HookOutcome, RemoteHook } from '../../protocol/auth.ts'
import type { JsonRpcMessage } from '../../protocol/jsonrpc.ts'
import type { Change, Opening, OpenServer, RouteHandler, ServerSource, Slots } from '../../protocol/source.ts'
import { aboutCall, type Call, clientIn } from '../conversation/call.ts'
import { Conversation, type ConversationEvents } from '../conversation/conversation.ts'
import { requestToIpc, requestWithBodyToIpc } from '../protocol/ipc-request.ts'
import { watchedAnswer } from './answer-fault.ts'
import { forwardToApp } from './app-proxy.ts'
import type { Supervisor } from './supervisor.ts'

/**
 * The server source of the front, backed by the current generation, so that transports and sessions never notice a
 * reload.
 */
export function devSource(supervisor: Supervisor, called: (call: Call) => void): ServerSource {
  const requests = new DevRequests(supervisor, called)
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
    // Requests that are not forwarded to generations directly use hidden sessions, which outlive generations.
    sdk: 'v1',
    sdkCopy: undefined,
    get routes() {
      return (supervisor.about?.routes ?? []).map((one) => ({ ...one, handler: requests.route }))
    },
    get auth() {
      return devAuth(supervisor)
    },
    get toolScopes() {
      return new Map(supervisor.about?.toolScopes ?? [])
    },
    get app() {
      return supervisor.about?.app && requests.toApp
    },
    get appOnly() {
      return supervisor.about?.appOnly ?? false
    },
    slots: slotsOf(supervisor),
    get announce() {
      return supervisor.about?.separate ? (change: Change) => supervisor.clients.tell(change) : undefined
    },
    onHttpChange: (listener) => void supervisor.httpListeners.add(listener),
    ready: requests.ready,
    modern: requests.modern,
    open: requests.open,
    onChange: (listener) => supervisor.clients.onChange(listener),
    close: () => supervisor.close(),
  }
}

const slotsOf = (supervisor: Supervisor): Slots => ({
  get fullWords() {
    return supervisor.current?.fullWords
  },
  onFull: (makeRoom) => {
    supervisor.full = makeRoom
  },
  onChange: () => undefined,
})

/** Requests of clients, forwarded to the generation that is current by then. */
class DevRequests {
  readonly #supervisor: Supervisor
  readonly #called: (call: Call) => void
  #conversations = 0

  constructor(supervisor: Supervisor, called: (call: Call) => void) {
    this.#supervisor = supervisor
    this.#called = called
  }

  readonly toApp = (request: IncomingMessage, response: ServerResponse): Promise<void> =>
    forwardToApp(this.#supervisor, request, response)

  readonly ready = async (): Promise<string | undefined> => {
    const outcome = this.#supervisor.about ?? (await this.#supervisor.serving())
    return typeof outcome === 'string' ? outcome : undefined
  }

  readonly route: RouteHandler = async (request, { auth }) => {
    const expected = await this.#supervisor.serving()
    if (typeof expected === 'string') return new Response(expected, { status: 503 })
    // Read only now, or the bodies of all waiting requests would be buffered.
    const sent = await requestWithBodyToIpc(request, auth)
    const child = this.#supervisor.current ?? expected
    return child.fetch(sent, undefined, request.signal)
  }

  /** Subscriptions must outlive generations, and unsupported lists are empty: the front handles both. */
  readonly modern: NonNullable<ServerSource['modern']> = (request, message, authInfo) => {
    const { about, current, clients, retries } = this.#supervisor
    const method = 'method' in message ? message.method : ''
    if (method === 'subscriptions/listen') clients.listen(request.signal)
    const list = listMethods.get(method)
    const frontal = list ? !about?.capabilities.includes(list) : frontMethods.has(method)
    if (!about || !current || about.sdk === 'v1' || frontal) return undefined
    const sent = requestToIpc(request, authInfo)
    const child = retries.take(message) ?? current
    return this.#timed(message, child.fetch(sent, message, request.signal))
  }

  async #timed(message: JsonRpcMessage, answer: Promise<Response>): Promise<Response> {
    const begun = performance.now()
    return watchedAnswer(await answer, (fault) =>
      this.#note({
        client: clientIn(message),
        ...aboutCall(message),
        took: performance.now() - begun,
        fault,
      }),
    )
  }

  #note(call: Call): void {
    if (call.fault === undefined) this.#supervisor.prove()
    this.#called(call)
  }

  readonly open = async ({ era, longLived, sessionId, request, authInfo }: Opening): Promise<OpenServer> => {
    const supervisor = this.#supervisor
    const events: ConversationEvents = {
      called: (call) => this.#note(call),
      ended: (conversation) => void supervisor.clients.delete(conversation),
    }
    const opening = { era, longLived, sessionId, request: request && requestToIpc(request, authInfo) }
    const number = ++this.#conversations
    const conversation = new Conversation(number, opening, events, () => supervisor.unavailable)
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

/** How many generations may crash over one caller before it is refused. */
const tries = 3

/** The auth hook of the current generation; undefined if it has none. */
export function devAuth(supervisor: Supervisor): RemoteHook | undefined {
  const { about } = supervisor
  return about?.auth && { ...about.auth, ask }

  async function ask(request: Request): Promise<HookOutcome> {
    for (let attempt = 0; attempt < tries; attempt++) {
      const child = await supervisor.serving()
      if (typeof child === 'string') return unavailable(child)
      const outcome = await child.check(requestToIpc(request))
      if (outcome) return outcome
    }
    return unavailable('the server ended while it was checking who calls')
  }
}

const frontMethods = new Set(['server/discover', 'subscriptions/listen'])

/** List methods by the capability that they require. */
const listMethods: ReadonlyMap<string, string> = new Map([
  ['tools/list', 'tools'],
  ['prompts/list', 'prompts'],
  ['resources/list', 'resources'],
  ['resources/templates/list', 'resources'],
])

const unavailable = (fault: string): HookOutcome => ({ kind: 'failed', status: 503, fault })

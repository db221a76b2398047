import { within } from '../../process/clock.ts'
import type { OpenServer, ServerSource } from '../../protocol/source.ts'
import type { AppAddress } from '../../serve/app-port.ts'
import { traced } from '../../serve/tracing/traced.ts'
import { CliError, messageOf } from '../../terminal/errors.ts'
import type { About, LoadOrder, Order, Report } from '../protocol/ipc.ts'
import { askForFront, authFromIpc, extraFromIpc, requestFromIpc } from '../protocol/ipc-request.ts'
import { listKinds, type Offer, type Survey, surveyLimit, surveyOf } from '../protocol/offer.ts'
import { GenerationFetch } from './generation-fetch.ts'
import { debugOn, GenerationProcess } from './generation-process.ts'
import { hasTasks } from './issued.ts'
import { RemoteChannel } from './remote-channel.ts'

export interface GenerationLoader {
  /** Preloads what user code will need; never rejects. */
  preload(ahead: unknown): Promise<void>
  /** Loads user code. @throws CliError when it does not load or has no server. */
  load(order: LoadOrder): Promise<LoadedServer>
  /** The files of user code that have been loaded so far. */
  files(): Promise<string[]>
}

export interface LoadedServer {
  source: ServerSource
  exportName: string
  /** The address of its HTTP app, if it has one. */
  app?: AppAddress | undefined
  /** Whether the source is a bridge to that app, which may require auth. */
  bridged?: boolean
}

/** Milliseconds to wait for user code's own ports to open, before its server counts as loaded. */
const portsLimit = 1_000

interface Served {
  channel: RemoteChannel
  opened: Promise<OpenServer>
}

/** One run of the user's code: loads it on request, and serves the conversations that the front forwards. */
export class Generation {
  readonly #loader: GenerationLoader
  readonly #process: GenerationProcess
  readonly #served = new Map<number, Served>()
  #source: ServerSource | undefined
  #fetch: GenerationFetch | undefined
  /** With a debugger there are no time limits. */
  #debugged = false

  constructor(loader: GenerationLoader) {
    this.#loader = loader
    this.#process = new GenerationProcess((order) => void this.#obey(order))
  }

  #obey(order: Order): unknown {
    switch (order.type) {
      case 'warm':
        return this.#loader.preload(order.ahead)
      case 'load':
        return this.#load(order.order)
      case 'open':
        return this.#open(order)
      case 'message':
        return this.#deliver(order)
      case 'state':
        return this.#served.get(order.conversation)?.channel.noteState(order.key, order.text)
      case 'close':
        return this.#close(order.conversation)
      case 'fetch':
        return this.#fetch?.answer(order)
      case 'check':
        return this.#check(order)
      case 'abort':
        return this.#fetch?.abort(order.call)
      case 'consumed':
        return this.#fetch?.consumed(order.call, order.bytes)
      case 'debug':
        return debugOn(order.port)
      case 'ping':
        return this.#report({ type: 'pong' })
      case 'stop':
        return this.#stop()
      default:
        return order satisfies never
    }
  }

  async #load(order: LoadOrder): Promise<void> {
    try {
      await this.#report({ type: 'loading' })
      this.#debugged = order.debugPort !== undefined
      if (order.debugPort !== undefined) await debugOn(order.debugPort)
      process.argv.splice(2, Number.POSITIVE_INFINITY, ...order.userArgs)
      const loaded = await this.#process.loading(() => this.#loader.load(order), order)
      const about = await this.#process.orFault(this.#look(loaded))
      this.#process.serving()
      await this.#process.tellRead(await this.#loader.files())
      await this.#report({ type: 'ready', about })
      // Not before: the survey of what it offers takes a slot, too, and frees it.
      loaded.source.slots?.onChange(() => this.#reportSlots())
    } catch (error) {
      await this.#process.tellRead(await this.#loader.files())
      const details = error instanceof CliError ? error.details : []
      const conflict = this.#process.conflicts(error)
      await this.#report({ type: 'failed', message: messageOf(error), details, conflict })
    }
  }

  /** Uses the loaded server, and surveys what it offers. */
  async #look(loaded: LoadedServer): Promise<About> {
    // Spans belong here, where the user's code and its tracer are.
    const source = await traced(loaded.source, () => undefined)
    this.#source = source
    source.onChange((change) => void this.#report({ type: 'change', change }))
    source.slots?.onFull((subject) => {
      void this.#report({ type: 'full', subject })
      return true
    })
    this.#fetch = new GenerationFetch(source, this.#report)
    // No limit with a debugger, which may be paused in a list handler.
    const survey = await surveyOf(source, this.#debugged ? Number.POSITIVE_INFINITY : surveyLimit)
    this.#fetch.tasks = hasTasks(survey.capabilities)
    // A port conflict is reported a little later than the end of the import.
    await within(this.#process.ports.settled(), portsLimit, undefined)
    return aboutOf(loaded, survey)
  }

  #reportSlots(): void {
    const slots = this.#source?.slots
    if (slots) void this.#report({ type: 'slots', words: slots.fullWords })
  }

  async #check({ check, request }: Order & { type: 'check' }): Promise<void> {
    const limit = this.#debugged ? Number.POSITIVE_INFINITY : undefined
    const outcome = await askForFront(this.#source?.auth, requestFromIpc(request), limit)
    await this.#report({ type: 'checked', check, outcome })
  }

  #open({ conversation, opening, state }: Order & { type: 'open' }): void {
    const source = this.#source
    if (!source) return
    const { sessionId, request, ...rest } = opening
    const channel = new RemoteChannel(conversation, { sessionId, state }, this.#report)
    const opened = source
      .open({
        ...rest,
        ...(sessionId !== undefined && { sessionId }),
        ...(request && { request: requestFromIpc(request) }),
        ...(request?.authInfo && { authInfo: authFromIpc(request.authInfo) }),
      })
      .then(async (server) => {
        await server.connect(channel)
        return server
      })
    this.#served.set(conversation, { channel, opened })
    opened.catch((error: unknown) => {
      this.#process.log('error', `no server could be opened: ${messageOf(error)}`)
      void this.#report({ type: 'refused', conversation })
    })
  }

  async #deliver({ conversation, text, request }: Order & { type: 'message' }): Promise<void> {
    const served = this.#served.get(conversation)
    if (!served) return
    await served.opened.catch(() => undefined)
    served.channel.receive(JSON.parse(text), extraFromIpc(request))
  }

  async #close(conversation: number): Promise<void> {
    const served = this.#served.get(conversation)
    this.#served.delete(conversation)
    try {
      const server = await served?.opened
      await served?.channel.close()
      await server?.close()
    } catch (error) {
      this.#process.log('error', `closing a session failed: ${messageOf(error)}`)
    } finally {
      this.#reportSlots()
    }
  }

  async #stop(): Promise<void> {
    await Promise.allSettled([...this.#served.keys()].map((conversation) => this.#close(conversation)))
    await this.#source?.close().catch((error: unknown) => {
      this.#process.log('error', `stopping failed: ${messageOf(error)}`)
    })
    await this.#process.end()
  }

  readonly #report = (report: Report): Promise<void> => this.#process.report(report)
}

function aboutOf({ source, exportName, app, bridged }: LoadedServer, survey: Survey): About {
  const { name, version, counts, sdk, routes, auth } = source
  const paths = routes.map(({ path, methods, auth = false }) => ({ path, methods: [...methods], auth }))
  const { metadata, clockTolerance } = auth ?? {}
  const aboutAuth = auth && {
    ...(metadata && { metadata: JSON.parse(JSON.stringify(metadata)) }),
    ...(clockTolerance !== undefined && { clockTolerance }),
  }
  return {
    ...{ name, version, sdk, routes: paths, auth: aboutAuth, exportName, ...survey },
    toolScopes: [...(source.toolScopes ?? [])],
    counts: counts.size > 0 ? [...counts] : countsIn(survey.offer),
    separate: source.announce !== undefined,
    app: app && { port: app.port, key: app.key },
    // If the survey timed out, it may still answer later.
    appOnly: bridged === true && survey.complete && survey.capabilities.length === 0,
  }
}

/** The counts from the survey, for servers that do not expose them. */
const countsIn = (offer: Offer): [string, number][] =>
  listKinds
    .map((kind): [string, number] => [kind.slice(0, -1), offer[kind].length])
    .filter(([, count]) => count > 0)

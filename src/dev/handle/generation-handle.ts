import { type ChildProcess, fork } from 'node:child_process'
import { within } from '../../process/clock.ts'
import type { HookOutcome } from '../../protocol/auth.ts'
import type { JsonRpcMessage } from '../../protocol/jsonrpc.ts'
import type { IpcRequest, LoadOrder, Order, Report } from '../protocol/ipc.ts'
import type { Correspondent, GenerationEvents } from './generation-events.ts'
import { Loading, type LoadOutcome } from './loading.ts'
import { RemoteChecks, RemoteFetch } from './remote-requests.ts'

/** Unsolicited events of generations. */
export type HandleEvents = GenerationEvents<GenerationHandle>

const notOpened = 'The server could not be opened: its log says why'

/** Milliseconds between asking a generation to stop and killing it. */
const stopLimit = 3_000

/** A generation as the front sees it: its process and its conversations. */
export class GenerationHandle {
  readonly #process: ChildProcess
  readonly #events: HandleEvents
  readonly #conversations = new Map<number, Correspondent>()
  readonly #exited: Promise<void>
  readonly #fetch = new RemoteFetch((order) => this.send(order))
  readonly #checks = new RemoteChecks((order) => this.send(order))
  /** Callbacks that end endless requests to the user's app when this generation is replaced. */
  readonly #held = new Set<() => void>()
  /** The error for opening another server while there is no free slot. */
  fullWords: string | undefined
  #gone = false
  /** The number of tasks that clients may still poll. */
  #tasks = 0
  #noTasks: (() => void) | undefined
  #loading: Loading | undefined
  #idle: (() => void) | undefined
  #pong: (() => void) | undefined

  constructor(script: URL, env: NodeJS.ProcessEnv, events: HandleEvents) {
    this.#events = events
    this.#process = fork(script, [], {
      env,
      execArgv: [],
      serialization: 'advanced',
      // Output of user code must never reach the front's stdout.
      stdio: ['ignore', 2, 2, 'ipc'],
    })
    this.#process.on('message', (report) => this.#take(report as Report))
    this.#process.on('error', () => undefined)
    this.#exited = new Promise((resolve) => {
      this.#process.once('exit', (code, signal) => {
        this.#end(signal ? `was killed by ${signal}` : `exited with code ${code}`)
        resolve()
      })
    })
  }

  get pid(): number | undefined {
    return this.#process.pid
  }

  get gone(): boolean {
    return this.#gone
  }

  /** Whether any conversation still needs this generation. */
  get busy(): boolean {
    return this.#conversations.size + this.#fetch.size + this.#checks.size + this.#held.size + this.#tasks > 0
  }

  get runsTasks(): boolean {
    return this.#tasks > 0
  }

  /** Forwards an HTTP request to it: a modern one, or one for a user's route. */
  async fetch(
    request: IpcRequest,
    message: JsonRpcMessage | undefined,
    signal: AbortSignal,
  ): Promise<Response> {
    const answer = this.#fetch.fetch(request, message, signal)
    // If it exited while the request was read, it will never answer.
    if (this.#gone) this.#fetch.fail('has ended')
    const response = await answer
    this.#checkIdle()
    return response
  }

  /** Runs the server's own auth hook. Resolves with undefined if this generation has exited. */
  async check(request: IpcRequest): Promise<HookOutcome | undefined> {
    if (this.#gone) return undefined
    const outcome = await this.#checks.check(request)
    this.#checkIdle()
    return outcome
  }

  /** Preloads what user code will need. */
  warm(ahead: unknown): void {
    this.send({ type: 'warm', ahead })
  }

  /**
   * Loads user code. Resolves with the outcome.
   * @param limit milliseconds, counted from when the process is up, so that a busy machine does not count.
   */
  async load(order: LoadOrder, limit: number): Promise<LoadOutcome> {
    if (order.debugPort !== undefined) this.#checks.beUntimed()
    const loading = new Loading(order.shown, limit)
    this.#loading = loading
    if (this.#gone) loading.failed(`${order.shown}: its process has ended`)
    this.send({ type: 'load', order })
    const outcome = await loading.outcome
    this.#loading = undefined
    if (!outcome.ok) this.kill()
    return outcome
  }

  /** Health check: whether it responds within `limit` milliseconds. */
  async answers(limit: number): Promise<boolean> {
    const pong = new Promise<boolean>((resolve) => {
      this.#pong = () => resolve(true)
      this.send({ type: 'ping' })
    })
    return (await within(pong, limit, false)) || this.#gone
  }

  /** Aborts a load for a newer one. */
  supersede(): void {
    this.#loading?.supersede()
  }

  join(conversation: number, correspondent: Correspondent): void {
    this.#conversations.set(conversation, correspondent)
  }

  leave(conversation: number): void {
    if (!this.#conversations.delete(conversation)) return
    // A slot may be free now; the generation reports if not.
    this.fullWords = undefined
    this.send({ type: 'close', conversation })
    this.#checkIdle()
  }

  /**
   * Holds the generation open for a pending request.
   * @param replaced is called when another generation replaces it.
   * @returns a function that releases the hold.
   */
  hold(replaced: () => void): () => void {
    const held = () => replaced()
    this.#held.add(held)
    return () => {
      this.#held.delete(held)
      this.#checkIdle()
    }
  }

  /** Keeps it alive for a task that a client may poll. @returns a function that releases it. */
  keep(): () => void {
    this.#tasks++
    return () => {
      this.#tasks--
      if (!this.runsTasks) this.#noTasks?.()
      this.#checkIdle()
    }
  }

  /** Resolves once no task can be polled any more. */
  #untasked(): Promise<void> {
    return new Promise((resolve) => {
      this.#noTasks = resolve
    })
  }

  send(order: Order): void {
    if (!this.#gone && this.#process.connected) this.#process.send(order, () => undefined)
  }

  /**
   * Drains conversations that still need this generation, for at most `limit` milliseconds, and stops it.
   * @param forTasks whether tasks may continue for as long as clients may poll them.
   */
  async retire(limit: number, forTasks = true): Promise<void> {
    for (const replaced of this.#held) replaced()
    if (this.busy && !this.#gone) {
      const idle = new Promise<void>((resolve) => {
        this.#idle = resolve
      })
      await within(idle, limit, undefined)
      if (forTasks && this.runsTasks && !this.#gone) await this.#untasked()
    }
    await this.stop()
  }

  /** Stops the process gracefully, then by force. */
  async stop(): Promise<void> {
    if (this.#gone) return
    this.send({ type: 'stop' })
    const timer = setTimeout(() => this.kill(), stopLimit)
    await this.#exited
    clearTimeout(timer)
  }

  kill(): void {
    this.#process.kill('SIGKILL')
  }

  #take(report: Report): void {
    if (report.type === 'ready') this.#loading?.done(report.about)
    else if (report.type === 'loading') this.#loading?.begun()
    else if (report.type === 'failed') this.#loading?.failed(report.message, report.details, report.conflict)
    else if (report.type === 'change') this.#events.change(this, report.change)
    else if (report.type === 'pong') this.#pong?.()
    else if (report.type === 'full') this.#events.full(report.subject)
    else if (report.type === 'slots') this.fullWords = report.words
    else if (report.type === 'read') this.#events.read(report.read)
    else if (report.type === 'wrote') this.#events.wrote(report.path)
    else if (report.type === 'issued') this.#events.issued(this, report.issued)
    else if (report.type === 'head' || report.type === 'chunk' || report.type === 'end') {
      this.#fetch.take(report)
      this.#checkIdle()
    } else if (report.type === 'checked') this.#checks.settle(report.check, report.outcome)
    else if (report.type === 'leaving') this.#events.leaving(this, report.code)
    else this.#pass(report)
  }

  #pass(report: Extract<Report, { conversation: number }>): void {
    const correspondent = this.#conversations.get(report.conversation)
    if (report.type === 'message') correspondent?.message(JSON.parse(report.text), report.related)
    else if (report.type === 'state') correspondent?.state(report.key, report.text)
    else correspondent?.closed(report.type === 'refused' ? notOpened : undefined)
  }

  #checkIdle(): void {
    if (!this.busy) this.#idle?.()
  }

  #end(reason: string): void {
    this.#gone = true
    this.#loading?.failed(`the server ${reason} while it was loading`)
    const conversations = [...this.#conversations.values()]
    this.#conversations.clear()
    for (const conversation of conversations) conversation.died(reason)
    this.#fetch.fail(reason)
    this.#checks.fail()
    this.#idle?.()
    this.#noTasks?.()
    this.#events.exited(this, reason)
  }
}

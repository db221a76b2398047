import type { Change } from '../../protocol/source.ts'
import { Clients } from '../conversation/clients.ts'
import { GenerationWaiters } from '../conversation/waiting.ts'
import { GenerationHandle, type HandleEvents } from '../handle/generation-handle.ts'
import type { About, Issued } from '../protocol/ipc.ts'
import { compareOffers, knownOffer, type ListKind, listKinds, type OfferChange } from '../protocol/offer.ts'
import type { Build } from './dev-build.ts'
import { Pace, Restarts } from './reload-timing.ts'
import { Drain, handOverLimit, Retries, retryLimit } from './replaced-generations.ts'
import { type Failure, failureOf, type Reporter } from './reporter.ts'
import { Spare } from './spare.ts'

export interface SupervisorOptions {
  /** What a generation runs. */
  script: URL
  /** Compiles. @throws CliError when that is not possible. */
  build: () => Promise<Build>
  /** Milliseconds that user code may take to load; `Infinity` when somebody may be looking at it in a debugger. */
  loadLimit: number
  /** Where debuggers find the generation that serves. */
  debugPort: number | undefined
  reporter: Reporter
}

/** Milliseconds a failure is held back: many editors and tools write a file in two steps. */
const failureGrace = 250
const notLoaded = 'The server file currently fails to load; see its terminal'

/** Starts a generation for every save that loads, and keeps the last good one serving meanwhile. */
export class Supervisor implements HandleEvents {
  readonly clients = new Clients()
  readonly retries = new Retries()
  /** Are told when the user's routes and check of callers may have changed. */
  readonly httpListeners = new Set<() => void>()
  full: HandleEvents['full'] = () => undefined
  read: HandleEvents['read'] = () => undefined
  wrote: HandleEvents['wrote'] = () => undefined
  readonly #options: SupervisorOptions
  readonly #pace = new Pace((force, since) => this.#enqueue(force, since))
  readonly #drain: Drain
  readonly #restarts = new Restarts()
  readonly #spare: Spare
  readonly #waiters = new GenerationWaiters()
  readonly #dirty = new Set<ListKind>()
  #current: GenerationHandle | undefined
  #candidate: GenerationHandle | undefined
  #about: About | undefined
  #fingerprint = ''
  #revision = ''
  #failure: NodeJS.Timeout | undefined
  #failed = false
  #lastFailure: Failure | undefined
  #generation = 0
  #work: Promise<unknown> = Promise.resolve()
  #switching: Promise<unknown> = Promise.resolve()
  /** Settled once nothing has what a new generation wants. */
  #ending: Promise<unknown> = Promise.resolve()
  #closed = false

  constructor(options: SupervisorOptions) {
    this.#options = options
    this.#drain = new Drain(options.debugPort === undefined)
    this.#spare = new Spare((env) => new GenerationHandle(options.script, env, this))
  }

  get current(): GenerationHandle | undefined {
    return this.#current
  }

  /** The last generation that served, or serves. */
  get about(): About | undefined {
    return this.#about
  }

  /** How many generations have served, this one counted. */
  get generation(): number {
    return this.#generation
  }

  /** What is wrong with the last save, if anything is. */
  get failure(): Failure | undefined {
    return this.#failed ? this.#lastFailure : undefined
  }

  /** Why a request cannot wait for a generation; nothing while one is there or on its way. */
  get unavailable(): string | undefined {
    return this.#failed && !this.#current && !this.#candidate ? notLoaded : undefined
  }

  /** The current generation, or the next as soon as it can serve; words where none is to be expected. */
  serving(): Promise<GenerationHandle | string> {
    const outcome = this.#current ?? (this.#closed ? 'The server is shutting down' : this.unavailable)
    return outcome === undefined ? this.#waiters.next() : Promise.resolve(outcome)
  }

  /** The current generation has answered a call. */
  prove(): void {
    this.#restarts.prove()
  }

  /**
   * A watched file has changed, or the first generation is wanted.
   * @param force whether to reload even when the compiled sources stay the same.
   */
  changed(force: boolean): void {
    if (this.#closed) return
    this.#restarts.forgive()
    clearTimeout(this.#failure)
    this.#pace.note(force)
  }

  change(child: GenerationHandle, change: Change): void {
    if (child !== this.#current) return
    if (change.kind !== 'resource') this.#dirty.add(change.kind)
    this.clients.tell(change)
  }

  issued(child: GenerationHandle, issued: Issued): void {
    this.retries.note(child, issued)
  }

  leaving(child: GenerationHandle, code: number): void {
    if (child !== this.#current || this.#closed) return
    this.#options.reporter.crashed(`called process.exit(${code})`, this.clients.count)
    this.#restartLater(child)
  }

  exited(child: GenerationHandle, reason: string): void {
    if (child !== this.#current || this.#closed) return
    this.#current = undefined
    this.#options.reporter.crashed(reason, this.clients.count)
    this.#restartLater(child)
  }

  async close(): Promise<void> {
    this.#closed = true
    this.#waiters.settle('The server is shutting down')
    this.#pace.close()
    clearTimeout(this.#failure)
    this.#spare.close()
    await Promise.allSettled([this.#current?.stop(), this.#candidate?.stop(), this.#drain.close()])
  }

  /** @param ending the generation to replace, unless it has been replaced by then. */
  #restartLater(ending: GenerationHandle | undefined): void {
    setTimeout(() => {
      const replaced = this.#current !== undefined && this.#current !== ending
      if (!replaced && !this.#candidate) this.#enqueue(true)
    }, this.#restarts.next()).unref()
  }

  /** One build at a time; a load under way is given up as soon as a newer build is there. */
  #enqueue(force: boolean, since = performance.now()): void {
    this.#work = this.#work.then(() => this.#attempt(force, since))
  }

  async #attempt(force: boolean, since: number): Promise<void> {
    if (this.#closed) return
    let build: Build
    try {
      build = await this.#options.build()
    } catch (error) {
      this.#candidate?.supersede()
      return this.#fail(failureOf(error))
    }
    const untold = build.revision !== this.#revision
    this.#revision = build.revision
    if (build.fingerprint === this.#fingerprint && !this.#failed && !force)
      return untold ? this.#options.reporter.unchanged(performance.now() - since) : undefined
    this.#candidate?.supersede()
    this.#fingerprint = build.fingerprint
    this.#failed = false
    void this.#load(build, since)
  }

  async #load(build: Build, since: number): Promise<void> {
    const child = this.#spare.take(build)
    this.#candidate = child
    await this.#ending
    const { loadLimit, debugPort } = this.#options
    const replaces = this.#current !== undefined || this.#drain.size > 0
    // Of the generations only one can have the port: the newest, or the one that serves while that does not load.
    if (debugPort !== undefined) this.#current?.send({ type: 'debug', port: undefined })
    const outcome = await child.load({ ...build.order, debugPort, replaces }, loadLimit)
    const newest = this.#candidate === child
    // One that was given up for a newer has left the port to that.
    if (debugPort !== undefined && !outcome.ok && !outcome.superseded)
      this.#current?.send({ type: 'debug', port: debugPort })
    if (outcome.ok && newest) {
      this.#switching = this.#switching.then(() => this.#switchTo(child, outcome.about, build, since))
      await this.#switching
    } else if (!outcome.ok && outcome.conflict && newest && !this.#closed) {
      this.#ending = this.#endOthers(build)
      return this.#load(build, since)
    } else if (!outcome.ok && !outcome.superseded && !this.#closed) this.#fail(outcome)
    else child.kill()
    if (this.#candidate === child) this.#candidate = undefined
  }

  /** What the new code wants is the old code's, which ends first; clients wait meanwhile. */
  async #endOthers(build: Build): Promise<void> {
    const old = this.#current
    this.#current = undefined
    this.#spare.prepare(build)
    this.clients.letGo()
    await Promise.allSettled([old?.retire(handOverLimit, false), this.#drain.close()])
  }

  async #switchTo(child: GenerationHandle, about: About, build: Build, since: number): Promise<void> {
    const [old, before] = [this.#current, this.#about]
    this.#current = child
    // Together, so that nobody is let in by what the old code says of callers and served by the new.
    this.#about = { ...about, offer: knownOffer(about, before?.offer) }
    // Clients are to ask for themselves what could not be learned.
    if (!about.complete) for (const kind of listKinds) this.#dirty.add(kind)
    for (const listener of this.httpListeners) listener()
    this.#waiters.settle(child)
    this.#generation++
    this.#restarts.born()
    const updated = await this.clients.moveTo(child)
    if (old && old !== child) this.#drain.add(old, this.retries.expects(old) ? retryLimit : 0)
    const took = performance.now() - since
    if (before) this.#announce(compareOffers(before.offer, this.#about.offer, this.#dirty), took)
    else this.#options.reporter.ready(about, took)
    for (const uri of updated) this.clients.tell({ kind: 'resource', uri })
    this.#dirty.clear()
    if (!this.#closed) this.#spare.prepare(build)
  }

  #announce(change: OfferChange, took: number): void {
    this.clients.announce(change.kinds)
    this.#options.reporter.reloaded(change, took, this.clients.count)
  }

  #fail(failure: Failure): void {
    ;[this.#failed, this.#lastFailure] = [true, failure]
    clearTimeout(this.#failure)
    this.#failure = setTimeout(() => {
      if (this.#closed) return
      this.#options.reporter.failed(failure, this.#current !== undefined, this.clients.count)
      if (!this.#current) {
        this.clients.refuseWaiting(notLoaded)
        this.#waiters.settle(notLoaded)
        // What has served before may fail for a passing reason.
        if (this.#about) this.#restartLater(undefined)
      }
    }, failureGrace)
  }
}

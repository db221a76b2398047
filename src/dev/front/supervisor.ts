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
  /** The script of a generation. */
  script: URL
  /** Compiles. @throws CliError when compiling fails. */
  build: () => Promise<Build>
  /** Milliseconds that user code may take to load; `Infinity` with a debugger. */
  loadLimit: number
  /** The debugger port of the current generation. */
  debugPort: number | undefined
  reporter: Reporter
}

/** Milliseconds before a failure is reported: many editors and tools write a file in two steps. */
const failureGrace = 250
const notLoaded = 'The server file currently fails to load; see its terminal'

/** Starts a generation for every save, and keeps the last good one serving until the new one has loaded. */
export class Supervisor implements HandleEvents {
  readonly clients = new Clients()
  readonly retries = new Retries()
  /** Called when the user's routes or auth may have changed. */
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
  /** Settles once no other generation holds the ports or locks that a new one needs. */
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

  /** The description of the current or last generation. */
  get about(): About | undefined {
    return this.#about
  }

  /** The number of generations so far, including the current one. */
  get generation(): number {
    return this.#generation
  }

  /** The error of the last save, if any. */
  get failure(): Failure | undefined {
    return this.#failed ? this.#lastFailure : undefined
  }

  /** Why a request cannot wait for a generation; undefined while there is one or one is loading. */
  get unavailable(): string | undefined {
    return this.#failed && !this.#current && !this.#candidate ? notLoaded : undefined
  }

  /** The current generation, or the next once it can serve; or a message if none is expected. */
  serving(): Promise<GenerationHandle | string> {
    const outcome = this.#current ?? (this.#closed ? 'The server is shutting down' : this.unavailable)
    return outcome === undefined ? this.#waiters.next() : Promise.resolve(outcome)
  }

  /** The current generation has answered a call. */
  prove(): void {
    this.#restarts.prove()
  }

  /**
   * A watched file has changed, or the first generation should start.
   * @param force whether to reload even if the compiled sources are the same.
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

  /** @param ending the generation to replace, unless it is replaced earlier. */
  #restartLater(ending: GenerationHandle | undefined): void {
    setTimeout(() => {
      const replaced = this.#current !== undefined && this.#current !== ending
      if (!replaced && !this.#candidate) this.#enqueue(true)
    }, this.#restarts.next()).unref()
  }

  /** One build at a time; a load in progress is aborted when a newer build is ready. */
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
    // Only one generation can have the debugger port: the newest, or the serving one if that fails to load.
    if (debugPort !== undefined) this.#current?.send({ type: 'debug', port: undefined })
    const outcome = await child.load({ ...build.order, debugPort, replaces }, loadLimit)
    const newest = this.#candidate === child
    // A superseded one has left the port to the newer one.
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

  /** The new code needs a resource of the old code, which is stopped first; clients wait meanwhile. */
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
    // Switched together, so that no caller is authenticated by the old code and served by the new.
    this.#about = { ...about, offer: knownOffer(about, before?.offer) }
    // Clients must re-request lists that are unknown.
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
        // Code that has served before may have failed for a temporary reason.
        if (this.#about) this.#restartLater(undefined)
      }
    }, failureGrace)
  }
}

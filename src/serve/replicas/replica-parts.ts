import { setWorkerName } from '../../process/runner-hook.ts'
import type { JsonRpcMessage } from '../../protocol/jsonrpc.ts'
import { openRedis } from '../../store/redis/open-redis.ts'
import { newProcessName } from '../../store/session-key.ts'
import type { BusAddress, ProcessAddress } from '../../store/siblings.ts'
import type { SharedStore } from '../../store/store.ts'
import type { Exchange } from '../../transports/http/http-reply.ts'
import { forward } from '../../transports/peers/forward.ts'
import { type HttpServeOptions, type Log, storeExpiry } from '../serve-options.ts'
import type { WorkerParts } from '../workers/worker-parts.ts'
import { ForwardedRequests } from './answer-forwarded.ts'
import { EnvelopeKey } from './envelope.ts'
import { RequestForwarder } from './forward-requests.ts'

/** One of several replicas that share their sessions in Redis. */
export class ReplicaParts implements WorkerParts {
  readonly option = '--redis'
  readonly store: SharedStore
  readonly sessions: 'owner' | 'anywhere'
  readonly #forwarder: RequestForwarder
  readonly #forwarded: ForwardedRequests
  readonly #introduce: () => void

  /**
   * @param name the name of this process, if it is also a worker.
   * @throws CliError (exit 2) when ioredis is missing; (exit 4) when Redis refuses this user.
   */
  static async open(
    config: NonNullable<HttpServeOptions['redis']>,
    { sessionTimeout }: HttpServeOptions,
    log: Log,
    name: string | undefined,
  ): Promise<ReplicaParts> {
    const expiry = storeExpiry(sessionTimeout)
    const opened = await openRedis({ config, name: name ?? newProcessName(), expiry, log })
    setWorkerName(opened.store.processName)
    return new ReplicaParts(config.sessions, opened)
  }

  private constructor(
    sessions: 'owner' | 'anywhere',
    { store, bus, health }: Awaited<ReturnType<typeof openRedis>>,
  ) {
    this.store = store
    this.sessions = sessions
    const key = new EnvelopeKey()
    this.#forwarder = new RequestForwarder(bus)
    this.#forwarded = new ForwardedRequests(bus, key)
    health.onBack(async () => this.#forwarder.breakOff())
    this.#introduce = () => {
      health.about = key.text
      health.say(true)
    }
  }

  async keep(): Promise<void> {
    // Nothing to do: the store is shared already.
  }

  answersAt(address: ProcessAddress): void {
    this.#forwarded.address = address
    this.#introduce()
  }

  /** If the other process is gone, this one answers through its own port, which reports the lost session. */
  forward(exchange: Exchange, { replica }: BusAddress, message?: JsonRpcMessage): Promise<void> {
    return this.#forwarder.forward(exchange, replica, message, async () => {
      if (this.#forwarded.address) await forward(exchange, this.#forwarded.address, message)
    })
  }

  close(): Promise<void> {
    return this.store.close()
  }
}

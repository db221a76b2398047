import { once } from 'node:events'
import { type AddressInfo, connect, createServer, type Server, type Socket } from 'node:net'

/** A port that leads to another one, until it is cut. */
export class Wire implements AsyncDisposable {
  readonly #server: Server
  readonly #pairs = new Set<readonly [Socket, Socket]>()
  #target: number
  #cut = false

  private constructor(server: Server, target: number) {
    this.#server = server
    this.#target = target
  }

  static async to(target: number): Promise<Wire> {
    const server = createServer({ allowHalfOpen: true }).listen(0, '127.0.0.1')
    await once(server, 'listening')
    const wire = new Wire(server, target)
    server.on('connection', (near) => wire.#lead(near))
    return wire
  }

  get port(): number {
    return (this.#server.address() as AddressInfo).port
  }

  #lead(near: Socket): void {
    const far = connect({ port: this.#target, host: '127.0.0.1', allowHalfOpen: true })
    const pair = [near, far] as const
    this.#pairs.add(pair)
    for (const [one, other] of [pair, [far, near]] as const) {
      one.on('error', () => other.destroy())
      one.on('close', () => {
        this.#pairs.delete(pair)
        other.destroy()
      })
      one.on('data', (bytes) => other.write(bytes))
      one.on('end', () => other.end())
      if (this.#cut) one.pause()
    }
  }

  /** Nothing gets through, and nobody is told, as when a network falls apart. */
  cut(): void {
    this.#cut = true
    for (const pair of this.#pairs) for (const one of pair) one.pause()
  }

  /** All that has been on its way arrives. */
  mend(): void {
    this.#cut = false
    for (const pair of this.#pairs) for (const one of pair) one.resume()
  }

  /** Breaks what is connected off; who connects again is led elsewhere. */
  leadTo(target: number): void {
    this.#target = target
    this.mend()
    for (const pair of this.#pairs) for (const one of pair) one.destroy()
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const pair of this.#pairs) for (const one of pair) one.destroy()
    await new Promise((resolve) => this.#server.close(resolve))
  }
}

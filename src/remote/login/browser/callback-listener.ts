import { createHash, timingSafeEqual } from 'node:crypto'
import { once } from 'node:events'
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { LoginFault } from '../login-fault.ts'

/** The loopback listener for the redirect (RFC 8252, 7.3). */
export class CallbackListener {
  readonly #server: Server
  readonly #state: string
  readonly #answer: Promise<URLSearchParams>
  #host = ''
  #resolve: (params: URLSearchParams) => void = () => undefined

  /** @param state the `state` that only the response to our own request can have. */
  constructor(state: string) {
    this.#state = state
    this.#answer = new Promise((resolve) => {
      this.#resolve = resolve
    })
    this.#server = createServer((request, response) => this.#take(request, response))
  }

  /**
   * @param port 0 for a free one.
   * @throws the system's own error if the port cannot be bound.
   */
  async listen(port: number): Promise<URL> {
    this.#server.listen(port, '127.0.0.1')
    await once(this.#server, 'listening')
    this.#host = `127.0.0.1:${(this.#server.address() as AddressInfo).port}`
    return new URL(`http://${this.#host}/callback`)
  }

  /** Resolves with the parameters of the redirect. @throws the signal's reason. */
  async answer(signal: AbortSignal): Promise<URLSearchParams> {
    const stopped = new Promise<never>((_, reject) => {
      if (signal.aborted) reject(signal.reason)
      signal.addEventListener('abort', () => reject(signal.reason), { once: true })
    })
    return Promise.race([this.#answer, stopped])
  }

  close(): void {
    this.#server.close()
    this.#server.closeIdleConnections()
    setTimeout(() => this.#server.closeAllConnections(), 500).unref()
  }

  /** Accepts only a redirect with our own state: any page could send a browser here. */
  #take(request: IncomingMessage, response: ServerResponse): void {
    const isOurs = request.headers.host === this.#host && request.method === 'GET'
    // Parsed with a pattern, since the URL of an arbitrary request may be invalid.
    const found = /^\/callback(?:\?(.*))?$/.exec(request.url ?? '')
    if (!isOurs || !found) return reply(response, 404, 'Not found.')
    const params = new URLSearchParams(found[1])
    const states = params.getAll('state')
    if (states.length !== 1 || !isSame(states[0] ?? '', this.#state))
      return reply(response, 400, 'This is not the login that was asked for.')
    reply(response, 200, params.has('error') ? failed : done)
    this.#resolve(params)
  }
}

/**
 * The code of a redirect.
 * @throws LoginFault when it is an error, or has no code.
 */
export function codeIn(params: URLSearchParams): string {
  const error = params.get('error')
  if (error !== null)
    throw new LoginFault(`the login was refused (${error.replace(/[^\w.-]/g, '?').slice(0, 60)})`)
  const code = params.get('code')
  if (!code) throw new LoginFault('the login came back without a code')
  return code
}

const failed =
  'The login has failed. What went wrong is told where it was started. You can close this window.'
const done = 'You can close this window.'

const isSame = (one: string, other: string): boolean => timingSafeEqual(digest(one), digest(other))
const digest = (text: string) => createHash('sha256').update(text).digest()

function reply(response: ServerResponse, status: number, text: string): void {
  response.writeHead(status, {
    'content-type': 'text/plain; charset=utf-8',
    'cache-control': 'no-store',
    'referrer-policy': 'no-referrer',
    connection: 'close',
  })
  response.end(`${text}\n`)
}

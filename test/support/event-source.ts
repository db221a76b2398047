import { type ClientRequest, type IncomingMessage, request } from 'node:http'
import { patience } from './program.ts'

/** One server-sent event as it came over the wire. */
export interface SentEvent {
  id: string | undefined
  retry: string | undefined
  data: string
}

/** A response that may be an event stream, read event by event, whose socket can be cut at any moment. */
export class EventSource {
  readonly status: number
  readonly headers: IncomingMessage['headers']
  readonly #request: ClientRequest
  readonly #events: AsyncGenerator<SentEvent>

  constructor(sent: ClientRequest, response: IncomingMessage) {
    this.#request = sent
    this.status = response.statusCode ?? 0
    this.headers = response.headers
    this.#events = parse(response)
  }

  /** The next event; `undefined` once the stream has ended. */
  async next(): Promise<SentEvent | undefined> {
    const { value, done } = await this.#events.next()
    return done ? undefined : value
  }

  /** All events up to the end of the stream. */
  async rest(): Promise<SentEvent[]> {
    const events: SentEvent[] = []
    for await (const event of this.#events) events.push(event)
    return events
  }

  /** The port on this side, by which the system knows the connection. */
  get localPort(): number | undefined {
    return this.#request.socket?.localPort
  }

  cut(): void {
    this.#request.destroy()
  }
}

/** Sends a request and resolves with its response as soon as that begins. */
export function openSource(
  url: URL,
  {
    method = 'GET',
    headers = {},
    body,
  }: { method?: string; headers?: Record<string, string>; body?: string },
): Promise<EventSource> {
  return new Promise((resolve, reject) => {
    const sent = request(url, { method, headers, agent: false })
    sent.setTimeout(patience, () => sent.destroy(new Error('nothing came')))
    sent.once('response', (response) => resolve(new EventSource(sent, response)))
    sent.on('error', reject)
    sent.end(body)
  })
}

async function* parse(response: IncomingMessage): AsyncGenerator<SentEvent> {
  let text = ''
  for await (const chunk of response.setEncoding('utf8')) {
    text += chunk
    const blocks = text.split('\n\n')
    text = blocks.pop() ?? ''
    for (const block of blocks) if (!block.startsWith(':')) yield eventOf(block)
  }
  // An answer that nothing came before is no stream.
  if (response.headers['content-type'] === 'application/json')
    yield { id: undefined, retry: undefined, data: text }
}

function eventOf(block: string): SentEvent {
  const fields = new Map(block.split('\n').map((line) => [line.split(':')[0], line.replace(/^\w+: ?/, '')]))
  return { id: fields.get('id'), retry: fields.get('retry'), data: fields.get('data') ?? '' }
}

// A session by hand, each of whose requests goes over a connection of its own, which the next worker takes.
import { textOf } from '../../test/support/clients.ts'
import { type EventSource, openSource, type SentEvent } from '../../test/support/event-source.ts'
import { callBody, type RawMessage } from '../../test/support/raw-calls.ts'
import { initializeAskable, mcpHeaders, send } from '../../test/support/raw-http.ts'

export class RawSession {
  readonly url: URL
  readonly headers: Record<string, string>
  #ids = 0

  private constructor(url: URL, headers: Record<string, string>) {
    this.url = url
    this.headers = headers
  }

  /** @param more headers of every request, such as a token. */
  static async open(url: URL, more: Record<string, string> = {}): Promise<RawSession> {
    const headers = { ...mcpHeaders, connection: 'close', ...more }
    const begun = await send(url, { headers, body: initializeAskable })
    const session = new RawSession(url, {
      ...headers,
      'mcp-session-id': String(begun.headers['mcp-session-id']),
    })
    await session.say({ method: 'notifications/initialized' })
    return session
  }

  /** The same session, at another address. */
  at(url: URL): RawSession {
    return new RawSession(url, this.headers)
  }

  /** The same session, as somebody else would use it. */
  as(more: Record<string, string>): RawSession {
    return new RawSession(this.url, { ...this.headers, ...more })
  }

  /** Sends what has no answer; returns the status. */
  async say(message: object): Promise<number> {
    const body = JSON.stringify({ jsonrpc: '2.0', ...message })
    return (await send(this.url, { headers: this.headers, body })).status
  }

  /** Calls a tool; its stream is to be read. */
  async begin(name: string, args: object = {}): Promise<{ id: number; stream: EventSource }> {
    const id = ++this.#ids
    const body = callBody(name, args, id)
    return { id, stream: await openSource(this.url, { method: 'POST', headers: this.headers, body }) }
  }

  /** Calls a tool. Resolves with its text, or the status where that is not 200. */
  async call(name: string, args: object = {}): Promise<string> {
    const { stream } = await this.begin(name, args)
    const last = (await stream.rest()).at(-1)
    return stream.status === 200 && last ? answerIn(last) : String(stream.status)
  }

  /** Opens the stream of what belongs to no call, or goes on with one. */
  listen(after?: string): Promise<EventSource> {
    const resumed = after === undefined ? {} : { 'last-event-id': after }
    return openSource(this.url, { headers: { ...this.headers, accept: 'text/event-stream', ...resumed } })
  }

  async end(): Promise<number> {
    return (await send(this.url, { method: 'DELETE', headers: this.headers })).status
  }
}

/** The text of an answer, or its error. */
export function answerIn({ data }: SentEvent): string {
  const { result, error } = JSON.parse(data || '{}') as RawMessage
  return error ? `${error.code} ${error.message}` : textOf(result)
}

/** Reads a stream up to an event that has this in it. */
export async function until(stream: EventSource, word: string): Promise<SentEvent> {
  for (let event = await stream.next(); event; event = await stream.next())
    if (event.data.includes(word)) return event
  throw new Error(`the stream ended before ${word}`)
}

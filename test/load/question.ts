import { type EventSource, openSource } from '../support/event-source.ts'
import { callBody, type RawMessage, wordsOf } from '../support/raw-calls.ts'
import { initialize, mcpHeaders, send } from '../support/raw-http.ts'

/** Calls a tool in a session of its own, answers the one question that it asks, and ends the session. */
export async function answeredQuestion(
  url: URL,
  tool: string,
  args: object,
  content: object,
): Promise<string> {
  const headers = await openAskable(url)
  const post = (message: object) =>
    send(url, { headers, body: JSON.stringify({ jsonrpc: '2.0', ...message }) })
  await post({ method: 'notifications/initialized' })
  // A server may ask on either of its streams.
  const events = await openSource(url, { headers })
  const answer = (id: unknown) => post({ id, result: { action: 'accept', content } })
  const listening = heard(events, answer).catch(() => undefined)
  const called = await openSource(url, { method: 'POST', headers, body: callBody(tool, args, 7) })
  const message = await heard(called, answer)
  events.cut()
  await listening
  await send(url, { method: 'DELETE', headers })
  return message ? wordsOf(message) : 'no answer'
}

/** A session of a client that can be asked. */
async function openAskable(url: URL): Promise<Record<string, string>> {
  const introduced = JSON.parse(initialize)
  introduced.params.capabilities = { elicitation: {} }
  const opened = await send(url, { headers: mcpHeaders, body: JSON.stringify(introduced) })
  return { ...mcpHeaders, 'mcp-session-id': String(opened.headers['mcp-session-id']) }
}

/** The answer that comes on a stream, whose questions are answered; nothing when it ends without one. */
async function heard(
  stream: EventSource,
  answer: (id: unknown) => Promise<unknown>,
): Promise<RawMessage | undefined> {
  for (let event = await stream.next(); event; event = await stream.next()) {
    if (event.data === '') continue
    const message = JSON.parse(event.data) as RawMessage & { method?: string }
    if (message.method === undefined) return message
    if (message.id !== undefined) await answer(message.id)
  }
  return undefined
}

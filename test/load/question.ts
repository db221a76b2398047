import { openSource } from '../support/event-source.ts'
import { callBody, type RawMessage, wordsOf } from '../support/raw-calls.ts'
import { initialize, mcpHeaders, send } from '../support/raw-http.ts'

/** Calls a tool in a session of its own, answers the one question that it asks, and ends the session. */
export async function answeredQuestion(
  url: URL,
  tool: string,
  args: object,
  content: object,
): Promise<string> {
  const introduced = JSON.parse(initialize)
  introduced.params.capabilities = { elicitation: {} }
  const opened = await send(url, { headers: mcpHeaders, body: JSON.stringify(introduced) })
  const headers = { ...mcpHeaders, 'mcp-session-id': String(opened.headers['mcp-session-id']) }
  const begun = JSON.stringify({ jsonrpc: '2.0', method: 'notifications/initialized' })
  await send(url, { headers, body: begun })
  const source = await openSource(url, { method: 'POST', headers, body: callBody(tool, args, 7) })
  for (let event = await source.next(); event; event = await source.next()) {
    if (event.data === '') continue
    const message = JSON.parse(event.data) as RawMessage & { method?: string }
    if (message.method === undefined) {
      await send(url, { method: 'DELETE', headers })
      return wordsOf(message)
    }
    const answer = { jsonrpc: '2.0', id: message.id, result: { action: 'accept', content } }
    await send(url, { headers, body: JSON.stringify(answer) })
  }
  return 'no answer'
}

import { type IncomingMessage, request } from 'node:http'
import { type Answer, mcpHeaders, rpc, send } from './raw-http.ts'

/** The last message of an answer, which came as JSON or as a stream. */
export function messageIn({ text }: Pick<Answer, 'text'>): RawMessage {
  const last = text.trimStart().startsWith('{') ? text : (text.split('data: ').at(-1) ?? '')
  return JSON.parse(last)
}

export interface RawMessage {
  id?: string | number
  error?: { code: number; message: string }
  result?: {
    content?: { text: string }[]
    isError?: boolean
    requestState?: string
    inputRequests?: Record<string, unknown>
  }
}

export const callBody = (name: string, args: object, id: string | number = 1, more: object = {}) =>
  rpc('tools/call', { name, arguments: args, ...more }, id)

/** Calls a tool in a session, which is named by the headers. */
export async function call(
  url: URL,
  headers: Record<string, string>,
  name: string,
  args: object = {},
  id: string | number = 1,
): Promise<RawMessage & { status: number }> {
  const answer = await send(url, { headers, body: callBody(name, args, id) })
  return { status: answer.status, ...(answer.text === '' ? {} : messageIn(answer)) }
}

export const meta = {
  'io.modelcontextprotocol/protocolVersion': '2026-07-28',
  'io.modelcontextprotocol/clientInfo': { name: 'raw', version: '1.0.0' },
  'io.modelcontextprotocol/clientCapabilities': { elicitation: { form: {} } },
}

/** The headers of a modern request. */
export const modernHeaders = (method: string, name?: string): Record<string, string> => ({
  ...mcpHeaders,
  'mcp-protocol-version': '2026-07-28',
  'mcp-method': method,
  ...(name !== undefined && { 'mcp-name': name }),
})

/** Calls a tool in the modern era; `more` is what a retry brings. */
export async function callModern(
  url: URL,
  name: string,
  args: object = {},
  more: object = {},
  extraHeaders: Record<string, string> = {},
): Promise<RawMessage & { status: number }> {
  const headers = { ...modernHeaders('tools/call', name), ...extraHeaders }
  const answer = await send(url, { headers, body: callBody(name, args, 1, { ...more, _meta: meta }) })
  return { status: answer.status, ...messageIn(answer) }
}

/** Listens to resources in the modern era; what is heard is not kept. */
export function listenModern(url: URL, uris: readonly string[]): Promise<Listening> {
  const headers = modernHeaders('subscriptions/listen')
  const notifications = { resourceSubscriptions: uris }
  const sent = request(url, { method: 'POST', headers, agent: false })
  sent.end(rpc('subscriptions/listen', { notifications, _meta: meta }))
  return new Promise((resolve, reject) => {
    sent.once('error', reject)
    sent.once('response', (response) => {
      const left = new Promise<void>((resolve) => response.once('close', () => resolve()))
      response.on('error', () => undefined).resume()
      resolve({ left, response, cut: () => void sent.destroy() })
    })
  })
}

export interface Listening {
  readonly response: IncomingMessage
  /** The server, or we, have ended it. */
  readonly left: Promise<void>
  cut(): void
}

/** What a retry brings back for the one question that was asked. */
export function answerTo({ result }: RawMessage, content: object): object {
  const [key = ''] = Object.keys(result?.inputRequests ?? {})
  return { requestState: result?.requestState, inputResponses: { [key]: { action: 'accept', content } } }
}

/** The text that a tool answered with, or the words of the error. */
export const wordsOf = ({ result, error }: RawMessage): string =>
  error?.message ?? result?.content?.[0]?.text ?? ''

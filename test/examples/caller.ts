import type { CallToolResult } from '@modelcontextprotocol/client'
import {
  ElicitRequestSchema,
  LoggingMessageNotificationSchema,
  ProgressNotificationSchema,
} from '@modelcontextprotocol/sdk/types.js'
import { clientV1, clientV2, connectV1, connectV2, type Mode, type Target } from '../support/clients.ts'
import { Heard } from '../support/heard.ts'

/** A connected client of either SDK, which wants to go to one city and keeps what it is told on the way. */
export interface Caller {
  readonly name: string
  readonly logs: Heard<unknown>
  /**
   * Kept by a handler and not by `onprogress`: the SDKs' clients drop the progress that they read from one
   * stream together with the answer, whoever serves them.
   */
  readonly progress: Heard<Progress>
  tools(): Promise<string[]>
  call(tool: string, args?: Record<string, unknown>): Promise<CallToolResult>
  close(): Promise<void>
}

export interface Progress {
  progressToken: string | number
  progress: number
  total?: number | undefined
}

export type ConnectCaller = (target: Target, name: string, city: string) => Promise<Caller>

export const callerV1: ConnectCaller = async (target, name, city) => {
  const client = clientV1(name, { elicitation: {} })
  const heard = { logs: new Heard<unknown>(), progress: new Heard<Progress>() }
  client.setRequestHandler(ElicitRequestSchema, () => ({ action: 'accept', content: { city } }))
  client.setNotificationHandler(LoggingMessageNotificationSchema, ({ params }) => heard.logs.add(params.data))
  client.setNotificationHandler(ProgressNotificationSchema, ({ params }) => heard.progress.add(params))
  await connectV1(target, client)
  return {
    name,
    ...heard,
    tools: async () => (await client.listTools()).tools.map((tool) => tool.name),
    call: async (tool, args = {}) =>
      (await client.callTool({ name: tool, arguments: args, _meta: meta(name) })) as CallToolResult,
    close: () => client.close(),
  }
}

export const callerV2 =
  (mode: Mode): ConnectCaller =>
  async (target, name, city) => {
    const client = clientV2(name, mode, { elicitation: {} })
    const heard = { logs: new Heard<unknown>(), progress: new Heard<Progress>() }
    client.setRequestHandler('elicitation/create', () => ({ action: 'accept', content: { city } }))
    client.setNotificationHandler('notifications/message', ({ params }) => heard.logs.add(params.data))
    client.setNotificationHandler('notifications/progress', ({ params }) => heard.progress.add(params))
    await connectV2(target, client)
    return {
      name,
      ...heard,
      tools: async () => (await client.listTools()).tools.map((tool) => tool.name),
      call: (tool, args = {}) => client.callTool({ name: tool, arguments: args, _meta: meta(name) }),
      close: () => client.close(),
    }
  }

/** A modern request gets the log messages that it asks for; in the legacy era the level means nothing. */
const meta = (name: string) => ({
  progressToken: `for ${name}`,
  'io.modelcontextprotocol/logLevel': 'info' as const,
})

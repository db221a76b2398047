import type { LoggingLevel, McpSubscription } from '@modelcontextprotocol/client'
import {
  CreateMessageRequestSchema,
  ElicitRequestSchema,
  ListRootsRequestSchema,
  LoggingMessageNotificationSchema,
  ProgressNotificationSchema,
  ResourceUpdatedNotificationSchema,
  ToolListChangedNotificationSchema,
} from '@modelcontextprotocol/sdk/types.js'
import { clientV1, clientV2, connectV1, connectV2, type Mode, type Target } from '../support/clients.ts'
import { Heard } from '../support/heard.ts'

/** One connected client, who answers under its own name and keeps what it is told. */
export interface Person {
  readonly name: string
  readonly logs: Heard<unknown>
  readonly progress: Heard<number>
  readonly updates: Heard<string>
  readonly changes: Heard<string>
  call(tool: string, word?: string, signal?: AbortSignal): Promise<string>
  setLevel(level: LoggingLevel): Promise<unknown>
  subscribe(uri: string): Promise<unknown>
  unsubscribe(uri: string): Promise<unknown>
  close(): Promise<void>
  /** Ends the session, which closing a connection does not do over Streamable HTTP. */
  end(): Promise<void>
}

const capabilities = { elicitation: {}, sampling: {}, roots: {} }

const memory = () => ({
  logs: new Heard<unknown>(),
  progress: new Heard<number>(),
  updates: new Heard<string>(),
  changes: new Heard<string>(),
})

const answersOf = (name: string) => ({
  elicitation: (message: string) => ({
    action: 'accept' as const,
    content: { answer: `${name}: ${message}` },
  }),
  thought: {
    role: 'assistant' as const,
    model: 'test',
    content: { type: 'text' as const, text: `${name} thinks` },
  },
  roots: { roots: [{ uri: `file:///${name}` }] },
})

const paramsOf = (name: string, tool: string, word: string) => ({
  name: tool,
  arguments: { word },
  // A modern request gets the log messages that it asks for; in the legacy era the level means nothing.
  _meta: { progressToken: `for ${name}`, 'io.modelcontextprotocol/logLevel': 'debug' as const },
})

const textOf = (result: unknown) => (result as { content: { text: string }[] }).content[0]?.text ?? ''

async function end(client: { transport?: object | undefined; close(): Promise<void> }): Promise<void> {
  const transport = client.transport as { terminateSession?(): Promise<void> } | undefined
  await transport?.terminateSession?.()
  await client.close()
}

export async function personV1(target: Target, name: string): Promise<Person> {
  const client = clientV1(name, capabilities)
  const heard = memory()
  const answers = answersOf(name)
  client.setRequestHandler(ElicitRequestSchema, ({ params }) => answers.elicitation(params.message))
  client.setRequestHandler(CreateMessageRequestSchema, () => answers.thought)
  client.setRequestHandler(ListRootsRequestSchema, () => answers.roots)
  client.setNotificationHandler(LoggingMessageNotificationSchema, ({ params }) => heard.logs.add(params.data))
  client.setNotificationHandler(ProgressNotificationSchema, ({ params }) =>
    heard.progress.add(params.progress),
  )
  client.setNotificationHandler(ResourceUpdatedNotificationSchema, ({ params }) =>
    heard.updates.add(params.uri),
  )
  client.setNotificationHandler(ToolListChangedNotificationSchema, () => heard.changes.add('tools'))
  await connectV1(target, client)
  return {
    name,
    ...heard,
    call: async (tool, word = '', signal) =>
      textOf(await client.callTool(paramsOf(name, tool, word), undefined, { ...(signal && { signal }) })),
    setLevel: (level) => client.setLoggingLevel(level),
    subscribe: (uri) => client.subscribeResource({ uri }),
    unsubscribe: (uri) => client.unsubscribeResource({ uri }),
    close: () => client.close(),
    end: () => end(client),
  }
}

export async function personV2(target: Target, name: string, mode: Mode = 'legacy'): Promise<Person> {
  const client = clientV2(name, mode, capabilities)
  const heard = memory()
  const answers = answersOf(name)
  client.setRequestHandler('elicitation/create', ({ params }) => answers.elicitation(params.message))
  client.setRequestHandler('sampling/createMessage', () => answers.thought)
  client.setRequestHandler('roots/list', () => answers.roots)
  client.setNotificationHandler('notifications/message', ({ params }) => heard.logs.add(params.data))
  client.setNotificationHandler('notifications/progress', ({ params }) => heard.progress.add(params.progress))
  client.setNotificationHandler('notifications/resources/updated', ({ params }) =>
    heard.updates.add(params.uri),
  )
  client.setNotificationHandler('notifications/tools/list_changed', () => heard.changes.add('tools'))
  await connectV2(target, client)
  const streams = new Map<string, McpSubscription>()
  const subscribing =
    mode === 'legacy'
      ? {
          setLevel: (level: LoggingLevel) => client.setLoggingLevel(level),
          subscribe: (uri: string) => client.subscribeResource({ uri }),
          unsubscribe: (uri: string) => client.unsubscribeResource({ uri }),
        }
      : {
          // The level travels with each call.
          setLevel: () => Promise.resolve(),
          subscribe: async (uri: string) => {
            streams.set(uri, await client.listen({ toolsListChanged: true, resourceSubscriptions: [uri] }))
          },
          unsubscribe: async (uri: string) => streams.get(uri)?.close(),
        }
  return {
    name,
    ...heard,
    ...subscribing,
    call: async (tool, word = '', signal) =>
      textOf(await client.callTool(paramsOf(name, tool, word), { ...(signal && { signal }) })),
    close: () => client.close(),
    end: () => end(client),
  }
}

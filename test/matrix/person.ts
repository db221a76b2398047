import { EventEmitter, once } from 'node:events'
import {
  CreateMessageRequestSchema,
  ElicitRequestSchema,
  ListRootsRequestSchema,
  ToolListChangedNotificationSchema,
} from '@modelcontextprotocol/sdk/types.js'
import { z } from 'zod'
import {
  clientV1,
  clientV2,
  connectV1,
  connectV2,
  type Mode,
  pinned,
  type Target,
  textOf,
} from '../support/clients.ts'
import { patience } from '../support/program.ts'

/** The official clients: of SDK v1, of SDK v2 in each era, and of SDK v2 as it comes. */
export type Kind = 'v1' | 'v2' | 'modern' | 'auto'

/** A connected client, the same to a journey whatever it is. */
export interface Person {
  readonly kind: Kind
  /** Whether it speaks 2026-07-28 with the server, which has no GET stream. */
  readonly modern: boolean
  /** How often it was told that the list of tools has changed. */
  readonly changes: () => number
  readonly name: () => string | undefined
  readonly capabilities: () => Record<string, unknown>
  tools(): Promise<Tool[]>
  call(tool: string, args?: Record<string, unknown>, options?: CallOptions): Promise<string>
  request(method: string, params: Record<string, unknown>): Promise<Record<string, unknown>>
  close(): Promise<void>
}

export interface Tool {
  name: string
  description?: string | undefined
}

export interface CallOptions {
  signal?: AbortSignal
  onprogress?: (step: { progress: number }) => void
  /** Milliseconds. */
  timeout?: number
}

/** What a client asks for, and how it answers what servers ask. */
export interface Manners {
  /** What it does before it answers who it is. */
  hesitate?: () => Promise<void>
  /** On Streamable HTTP it has no GET stream, as clients in functions and behind some proxies have none. */
  deaf?: true
  /** On Streamable HTTP it waits for its GET stream: what is asked before would be lost, in a server that keeps nothing. */
  listens?: true
}

const capabilities = {
  elicitation: {},
  sampling: {},
  roots: {},
  extensions: { 'io.modelcontextprotocol/ui': { mimeTypes: ['text/html;profile=mcp-app'] } },
}
/** Beside many others a program may take longer to start than the SDKs wait for an answer. */
const waiting = { timeout: patience }
const anything = z.looseObject({})
const model = (kind: Kind) => ({
  role: 'assistant' as const,
  model: 'none',
  content: { type: 'text' as const, text: `${kind} thinks` },
})
const accepted = (kind: Kind) => ({ action: 'accept' as const, content: { name: kind } })
const roots = (kind: Kind) => ({ roots: [{ uri: `file:///${kind}` }] })
const modes: Record<Exclude<Kind, 'v1'>, Mode> = { v2: 'legacy', modern: pinned, auto: 'auto' }

/** Answers as a server that has no GET streams, so that the client goes on without. */
const withoutStream: typeof fetch = async (input, init) =>
  init?.method === 'GET' ? new Response(undefined, { status: 405 }) : fetch(input, init)

export async function introduce(kind: Kind, target: Target, manners: Manners): Promise<Person> {
  const come = (at: Target) => (kind === 'v1' ? ofV1(at, manners) : ofV2(kind, at, manners))
  if (!('http' in target)) return come(target)
  if (manners.deaf) return come({ ...target, fetch: withoutStream })
  if (!manners.listens) return come(target)
  const asked = new EventEmitter()
  const opened = once(asked, 'stream')
  const person = await come({
    ...target,
    fetch: async (input, init) => {
      const response = await fetch(input, init)
      if (init?.method === 'GET') asked.emit('stream')
      return response
    },
  })
  if (!person.modern) await opened
  return person
}

async function ofV1(target: Target, { hesitate }: Manners): Promise<Person> {
  const client = clientV1('v1', capabilities)
  let changes = 0
  client.setRequestHandler(ElicitRequestSchema, async () => {
    await hesitate?.()
    return accepted('v1')
  })
  client.setRequestHandler(CreateMessageRequestSchema, () => model('v1'))
  client.setRequestHandler(ListRootsRequestSchema, () => roots('v1'))
  client.setNotificationHandler(ToolListChangedNotificationSchema, () => void changes++)
  await connectV1(target, client, waiting)
  return {
    kind: 'v1',
    modern: false,
    changes: () => changes,
    name: () => client.getServerVersion()?.name,
    capabilities: () => client.getServerCapabilities() ?? {},
    tools: async () => (await client.listTools(undefined, waiting)).tools,
    call: async (name, args = {}, options = {}) =>
      textOf(await client.callTool({ name, arguments: args }, undefined, { ...waiting, ...options })),
    request: (method, params) => client.request({ method, params }, anything, waiting),
    close: () => client.close(),
  }
}

async function ofV2(kind: Exclude<Kind, 'v1'>, target: Target, { hesitate }: Manners): Promise<Person> {
  const client = clientV2(kind, modes[kind], capabilities)
  let changes = 0
  client.setRequestHandler('elicitation/create', async () => {
    await hesitate?.()
    return accepted(kind)
  })
  client.setRequestHandler('sampling/createMessage', () => model(kind))
  client.setRequestHandler('roots/list', () => roots(kind))
  client.setNotificationHandler('notifications/tools/list_changed', () => void changes++)
  await connectV2(target, client, waiting)
  // In the modern era a client hears of changes when it has asked for them.
  const modern = client.getNegotiatedProtocolVersion() === '2026-07-28'
  if (modern) await client.listen({ toolsListChanged: true })
  return {
    kind,
    modern,
    changes: () => changes,
    name: () => client.getServerVersion()?.name,
    capabilities: () => client.getServerCapabilities() ?? {},
    tools: async () => (await client.listTools(undefined, waiting)).tools,
    call: async (name, args = {}, options = {}) =>
      textOf(await client.callTool({ name, arguments: args }, { ...waiting, ...options })),
    request: (method, params) => client.request({ method, params }, anything, waiting),
    close: () => client.close(),
  }
}

import type { Readable } from 'node:stream'
import {
  type CallToolResult,
  Client as ClientV2,
  StreamableHTTPClientTransport as HttpV2,
  SSEClientTransport as SseV2,
} from '@modelcontextprotocol/client'
import { StdioClientTransport as StdioV2 } from '@modelcontextprotocol/client/stdio'
import { Client as ClientV1 } from '@modelcontextprotocol/sdk/client/index.js'
import { SSEClientTransport as SseV1 } from '@modelcontextprotocol/sdk/client/sse.js'
import { StdioClientTransport as StdioV1 } from '@modelcontextprotocol/sdk/client/stdio.js'
import { StreamableHTTPClientTransport as HttpV1 } from '@modelcontextprotocol/sdk/client/streamableHttp.js'
import { opened } from './opened.ts'
import { program } from './program.ts'

/** Where a client connects to: a URL, or a command that it starts itself. */
export type Target = { http: URL; fetch?: typeof fetch } | { sse: URL } | StdioTarget

export interface StdioTarget {
  /** Arguments of the program. */
  stdio: readonly string[]
  env?: Record<string, string>
  cwd?: string
  /** Another program than the one of this repository. */
  program?: string
}

/** How an SDK v2 client negotiates: by `initialize`, by asking first, or pinned to the modern era. */
export type Mode = 'legacy' | 'auto' | { pin: '2026-07-28' }
export const pinned: Mode = { pin: '2026-07-28' }

export function transportV1(target: Target) {
  if ('http' in target) return new HttpV1(target.http, fetchOf(target))
  if ('sse' in target) return new SseV1(target.sse)
  return new StdioV1({ ...command(target), stderr: 'pipe' })
}

export function transportV2(target: Target) {
  if ('http' in target) return new HttpV2(target.http, fetchOf(target))
  if ('sse' in target) return new SseV2(target.sse)
  return new StdioV2({ ...command(target), stderr: 'pipe' })
}

const fetchOf = ({ fetch }: { fetch?: typeof globalThis.fetch }) => (fetch ? { fetch } : {})

/** A connected client of SDK v1. Handlers for what servers ask are set on it before `connectV1`. */
export function clientV1(name = 'client-v1', capabilities: Record<string, unknown> = {}): ClientV1 {
  return new ClientV1({ name, version: '1.0.0' }, { capabilities })
}

export function clientV2(
  name = 'client-v2',
  mode: Mode = 'legacy',
  capabilities: Record<string, unknown> = {},
): ClientV2 {
  return new ClientV2({ name, version: '1.0.0' }, { capabilities, versionNegotiation: { mode } })
}

/** `options` are those of the first request, such as how long it may take. */
export async function connectV1(
  target: Target,
  client = clientV1(),
  options: { timeout?: number } = {},
): Promise<ClientV1> {
  // The SDK's own types disagree under exactOptionalPropertyTypes.
  const transport = transportV1(target) as Parameters<ClientV1['connect']>[0]
  await connected(client, transport, options)
  return client
}

export async function connectV2(
  target: Target,
  client = clientV2(),
  options: { timeout?: number } = {},
): Promise<ClientV2> {
  const transport = transportV2(target) as Parameters<ClientV2['connect']>[0]
  await connected(client, transport, options)
  return client
}

/** Connects, and keeps the client for the end of the test. */
async function connected<T>(
  client: { connect(to: T, options: { timeout?: number }): Promise<void>; close(): unknown },
  to: T,
  options: { timeout?: number },
): Promise<void> {
  opened({ close: () => client.close() })
  const connecting = client.connect(to, options)
  // What nobody reads would halt a program that says much.
  if (to instanceof StdioV1 || to instanceof StdioV2) (to.stderr as Readable | null)?.resume()
  await connecting
}

function command({ stdio, env, cwd, program: other }: StdioTarget) {
  const inherited = Object.fromEntries(Object.entries(process.env).filter((entry) => entry[1] !== undefined))
  return {
    command: process.execPath,
    args: [other ?? program, ...stdio],
    ...(cwd && { cwd }),
    env: { ...inherited, ...env } as Record<string, string>,
  }
}

/** The text that a tool has answered with. */
export function textOf(result: unknown): string {
  const [first] = (result as CallToolResult).content
  return first?.type === 'text' ? first.text : ''
}

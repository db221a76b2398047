import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import type { Client } from '@modelcontextprotocol/client'
import { connect, SSETransport } from 'fastmcp-cli'
import { completionLimit, tooLong, uriCount, uriLimit } from '../../src/sessions/message-bounds.ts'
import { program, type Started, start } from '../support/program.ts'
import { Project } from '../support/project.ts'
import { chosen } from '../support/whole.ts'

/** A template that the official matcher takes the square of a URI's length for. */
const template = 'file://{+path}{?start,end}'
const files = {
  'v1.mjs': `
import { McpServer, ResourceTemplate } from '@modelcontextprotocol/sdk/server/mcp.js'
import { SubscribeRequestSchema, UnsubscribeRequestSchema } from '@modelcontextprotocol/sdk/types.js'
export const server = new McpServer({ name: 'slow', version: '1.0.0' }, { capabilities: { resources: { subscribe: true } } })
const complete = { path: (typed) => ['completed ' + typed.length] }
server.registerResource('file', new ResourceTemplate('${template}', { list: undefined, complete }), {}, (uri) => ({
  contents: [{ uri: uri.href, text: 'read ' + uri.href.length }],
}))
server.server.setRequestHandler(SubscribeRequestSchema, () => ({}))
server.server.setRequestHandler(UnsubscribeRequestSchema, () => ({}))
`,
  'v2.mjs': `
import { McpServer, ResourceTemplate } from '@modelcontextprotocol/server'
export const server = new McpServer({ name: 'slow', version: '1.0.0' }, { capabilities: { resources: { subscribe: true } } })
const complete = { path: (typed) => ['completed ' + typed.length] }
server.registerResource('file', new ResourceTemplate('${template}', { list: undefined, complete }), {}, (uri) => ({
  contents: [{ uri: uri.href, text: 'read ' + uri.href.length }],
}))
server.server.setRequestHandler('resources/subscribe', () => ({}))
server.server.setRequestHandler('resources/unsubscribe', () => ({}))
`,
  'mcp.mjs': `
import { FastMCP } from 'fastmcp-cli'
export const mcp = new FastMCP({ name: 'slow' })
mcp.resource({ uri: '${template}', name: 'file', complete: { path: (typed) => ['completed ' + typed.length] } }, (_, ctx) => 'read')
`,
  'mounted.mjs': `
import { createServer } from 'node:http'
import { mcp } from './mcp.mjs'
const listener = process.argv[2] === 'stateless' ? mcp.mount({ stateless: true }).listener : mcp.listener
const server = createServer(listener)
server.listen(0, '127.0.0.1', () => console.error('listening on http://127.0.0.1:' + server.address().port + '/mcp'))
`,
}

const http = ['-t', 'http', '-p', '0']
const [legacy, modern] = ['legacy', 'modern'] as const
const run = (file: string, ...more: string[]) => [program, 'run', file, ...more]

/** How each server is started, and in which eras it is asked. */
const roads: Record<string, { args: string[]; eras: readonly ('legacy' | 'modern')[] }> = {
  'v1 over HTTP': { args: run('v1.mjs', ...http), eras: [legacy, modern] },
  'v2 over HTTP': { args: run('v2.mjs', ...http), eras: [legacy, modern] },
  'FastMCP over HTTP, stateless': { args: run('mcp.mjs', ...http, '--stateless'), eras: [legacy, modern] },
  'v1 over SSE': { args: run('v1.mjs', '-t', 'sse', '-p', '0'), eras: [legacy] },
  'v2 on stdio': { args: run('v2.mjs'), eras: [legacy, modern] },
  'v1 on stdio': { args: run('v1.mjs'), eras: [legacy, modern] },
  'v1 in dev': { args: [program, 'dev', 'v1.mjs', ...http, '--no-inspector'], eras: [legacy, modern] },
  'v2 in dev': { args: [program, 'dev', 'v2.mjs', ...http, '--no-inspector'], eras: [legacy, modern] },
  'FastMCP mounted': { args: ['mounted.mjs'], eras: [legacy, modern] },
  'FastMCP mounted, stateless': { args: ['mounted.mjs', 'stateless'], eras: [legacy, modern] },
  'a program': {
    args: [program, 'run', '--exec', `"${process.execPath}" "${program}" run v1.mjs`, ...http],
    eras: [legacy, modern],
  },
}

const ask = async (answer: Promise<unknown>): Promise<string> => {
  try {
    return JSON.stringify(await answer)
  } catch (error) {
    return `${Reflect.get(Object(error), 'code')} ${error instanceof Error ? error.message : error}`
  }
}

/** A long URI of this length, at which the template does its worst. */
const uri = (length: number) => `file://${'/?start='.repeat(length)}`.slice(0, length)
const ref = { type: 'ref/resource', uri: template } as const

async function checkBounds(client: Client, era: 'legacy' | 'modern', long = 300_000) {
  const read = (length: number) => ask(client.readResource({ uri: uri(length) }))
  assert.doesNotMatch(await read(uriLimit), /longer than/)
  assert.match(await read(uriLimit + 1), /^-32602 .*uri is longer than 4 KiB$/)
  assert.match(await read(long), /^-32602 .*uri is longer than 4 KiB$/)
  assert.match(
    await ask(client.readResource({ uri: `file://${'€'.repeat(1500)}` })),
    /uri is longer than 4 KiB/,
  )
  const complete = (value: string, more: object = {}) =>
    ask(client.complete({ ref, argument: { name: 'path', value }, ...more }))
  assert.match(await complete('x'.repeat(completionLimit)), /completed 8192/)
  assert.match(await complete('x'.repeat(completionLimit + 1)), /^-32602 .*argument is longer than 8 KiB$/)
  const context = { context: { arguments: { start: 'x'.repeat(completionLimit + 1) } } }
  assert.match(await complete('x', context), /^-32602 .*context.arguments is longer than 8 KiB$/)
  const far = { ...ref, uri: uri(300_000) }
  assert.match(
    await ask(client.complete({ ref: far, argument: { name: 'path', value: '' } })),
    /uri is longer than 4 KiB$/,
  )
  if (era === 'modern') return
  assert.match(
    await ask(client.subscribeResource({ uri: uri(300_000) })),
    /^-32602 .*uri is longer than 4 KiB$/,
  )
  assert.match(
    await ask(client.unsubscribeResource({ uri: uri(300_000) })),
    /^-32602 .*uri is longer than 4 KiB$/,
  )
}

describe('what is too long is refused before a server is asked', () => {
  const project = new Project(files)
  after(() => project[Symbol.dispose]())
  for (const [road, { args, eras }] of chosen(Object.entries(roads), 4)) {
    const onStdio = !args.some((word) => ['-t', 'mounted.mjs'].includes(word))
    describe(road, () => {
      let server: Started | undefined
      let url = ''
      before(async () => {
        if (onStdio) return
        server = start(process.execPath, args, { cwd: project.folder })
        url = (await server.until(/listening on (\S+)/))[1] ?? ''
      })
      after(() => server?.[Symbol.asyncDispose]())

      for (const era of eras) {
        test(`to clients of the ${era} era`, async () => {
          const command = { command: process.execPath, args, cwd: project.folder }
          const target = url.endsWith('/sse') ? new SSETransport(url) : url
          await using client = await connect(onStdio ? command : target, { era })
          // In the modern era a header repeats the URI, and Node takes no longer ones than 16 KiB.
          await checkBounds(client, era, era === modern && !onStdio ? 12_000 : 300_000)
        })
      }
    })
  }

  test('in memory', async () => {
    const { server } = await import(project.path('v2.mjs'))
    for (const era of [legacy, modern]) {
      await using client = await connect(server, { era })
      await checkBounds(client, era)
    }
  })
})

describe('the bounds', () => {
  const request = (method: string, params: object) => ({
    jsonrpc: '2.0' as const,
    id: 1,
    method,
    params: { ...params },
  })
  const listen = (uris: unknown) =>
    request('subscriptions/listen', { notifications: { resourceSubscriptions: uris } })
  const rows: [string, Parameters<typeof tooLong>[0], string | undefined][] = [
    ['a short URI', request('resources/read', { uri: 'file:///a' }), undefined],
    ['no URI', request('resources/read', {}), undefined],
    ['a URI that is none', request('resources/read', { uri: { length: 1e9 } }), undefined],
    ['another method', request('tools/call', { uri: 'x'.repeat(10_000) }), undefined],
    ['a method that every object has', request('constructor', { uri: 'x'.repeat(10_000) }), undefined],
    [
      'a notification',
      { jsonrpc: '2.0', method: 'resources/read', params: { uri: 'x'.repeat(10_000) } },
      undefined,
    ],
    [
      'a name of an argument',
      request('completion/complete', { argument: { name: 'x'.repeat(9_000) } }),
      'argument is longer than 8 KiB',
    ],
    [
      'a name in the context',
      request('completion/complete', { context: { arguments: { ['x'.repeat(9_000)]: '' } } }),
      'context.arguments is longer than 8 KiB',
    ],
    [
      'a completion that is none',
      request('completion/complete', { ref: 'x', argument: null, context: [] }),
      undefined,
    ],
    ['resources to hear of', listen(['a', 'b']), undefined],
    ['one that is too long', listen(['a', 'x'.repeat(5_000)]), 'uri is longer than 4 KiB'],
    [
      'too many',
      listen(Array.from({ length: uriCount + 1 }, String)),
      'resourceSubscriptions names more than 1000 resources',
    ],
    ['none', listen('x'), undefined],
  ]
  for (const [name, message, expected] of rows) {
    test(name, () => assert.equal(tooLong(message), expected))
  }
})

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { clientV1, clientV2, connectV1, connectV2, pinned } from '../support/clients.ts'
import { textOf } from '../support/dev.ts'
import { startFastmcp } from '../support/program.ts'
import { Project } from '../support/project.ts'
import { chosen } from '../support/whole.ts'

/**
 * Throws where nobody can catch it when a call ends, which takes a while: what others send meanwhile waits together
 * with what is thrown.
 */
const listeners = `
  signal.addEventListener('abort', () => { throw new Error('thrown by a listener') })
  signal.onabort = () => { throw new Error('thrown by onabort') }
  signal.addEventListener('abort', () => {
    console.error('it ends')
    for (const end = Date.now() + 200; Date.now() < end; );
  })`

/** A tool that says when it has begun. */
const handler = `async (_args, ctx) => {
  const signal = ctx.signal ?? ctx.mcpReq.signal
  ${listeners}
  console.error('begun')
  await new Promise((resolve) => setTimeout(resolve, 60_000).unref())
}`

const servers: Record<string, string> = {
  'SDK v1': `
    import { McpServer } from '@modelcontextprotocol/sdk/server/mcp.js'
    import { z } from 'zod'
    export const server = new McpServer({ name: 'v1', version: '1' })
    server.registerTool('hold', { inputSchema: { x: z.string().optional() } }, ${handler})
    server.registerTool('version', {}, () => ({ content: [{ type: 'text', text: 'here' }] }))`,
  'SDK v2': `
    import { McpServer } from '@modelcontextprotocol/server'
    import { z } from 'zod'
    export const createServer = () => {
      const server = new McpServer({ name: 'v2', version: '1' })
      server.registerTool('hold', { inputSchema: z.object({ x: z.string().optional() }) }, ${handler})
      server.registerTool('version', {}, () => ({ content: [{ type: 'text', text: 'here' }] }))
      return server
    }`,
  FastMCP: `
    import { FastMCP } from 'fastmcp-cli'
    export const server = new FastMCP({ name: 'own' })
    server.tool({ name: 'hold' }, ${handler})
    server.tool({ name: 'late', timeout: 0.2 }, ${handler})
    server.tool({ name: 'version' }, () => 'here')
    server.customRoute('/held', async (request) => {
      const { signal } = request
      ${listeners}
      console.error('begun')
      await new Promise((resolve) => setTimeout(resolve, 60_000).unref())
    })`,
}

for (const [sdk, source] of Object.entries(servers)) {
  for (const command of chosen([['run'], ['dev', '--no-inspector']], 2)) {
    test(`${command[0]}, ${sdk}: what a listener throws at the end of its call ends nothing else`, async () => {
      using project = new Project({ 'server.mjs': source })
      const [name = '', ...options] = command
      const words = [name, 'server.mjs', '-t', 'http', '-p', '0', ...options]
      await using served = startFastmcp(words, { cwd: project.folder })
      const [, address = ''] = await served.until(/listening on (\S+)/)
      const url = new URL(address)
      const other = await connectV2({ http: url })
      assert.equal(await textOf(other, 'version'), 'here')
      let begun = 0
      /** Waits until one more has begun: a call that ends before says why. */
      const heard = async (call: Promise<unknown> = new Promise(() => undefined)) => {
        begun++
        const early = call.then(() => Promise.reject(new Error('it has ended before it was cancelled')))
        early.catch(() => undefined)
        await Promise.race([served.until(new RegExp(`(begun[\\s\\S]*){${begun}}`)), early])
      }
      const told = async (count: number) => {
        await served.until(new RegExp(`(it ends[\\s\\S]*){${count}}`))
        assert.equal(await textOf(other, 'version'), 'here')
        await served.until(
          new RegExp(`(error in an abort listener: Error: thrown by a listener[\\s\\S]*){${count}}`),
        )
      }
      // A session of its own, cancelled and left; and a client of the modern era, who leaves.
      const one = await connectV1({ http: url }, clientV1())
      const abort = new AbortController()
      await heard(one.callTool({ name: 'hold', arguments: {} }, undefined, { signal: abort.signal }))
      abort.abort()
      await told(1)
      assert.equal(await textOf(other, 'version'), 'here')
      const modern = await connectV2({ http: url }, clientV2('modern', pinned))
      const leave = new AbortController()
      await heard(modern.callTool({ name: 'hold', arguments: {} }, { signal: leave.signal }))
      leave.abort()
      await told(2)
      await heard(one.callTool({ name: 'hold', arguments: {} }))
      await (one.transport as unknown as { terminateSession(): Promise<void> }).terminateSession()
      await told(3)
      if (sdk === 'FastMCP') {
        other.callTool({ name: 'late', arguments: {} }).catch(() => undefined)
        await heard()
        await told(4)
        const gone = new AbortController()
        await heard(fetch(new URL('/held', url), { signal: gone.signal }))
        gone.abort()
        await told(5)
      }
      assert.equal(await textOf(other, 'version'), 'here')
      await Promise.all([one, other, modern].map((client) => client.close()))
    })
  }
}

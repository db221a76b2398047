import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { createMcpHandler, McpServer, type Transport } from '@modelcontextprotocol/server'
import { sendAnyAnswer } from '../../../src/patches/packages/sendable-answers.ts'
import { call, requestOf } from '../../http/modern-rows.ts'

const address = 'http://127.0.0.1/mcp'

/** A transport in which the SDK notes what it has answered under another name. */
const renamed = (transport: Transport): Transport =>
  new Proxy(transport, {
    has: (target, name) => name !== '_terminalDelivered' && name in target,
    set: (target, name, value) => (name === '_terminalDelivered' ? true : Reflect.set(target, name, value)),
  })

describe('an answer that JSON cannot hold is told of', () => {
  for (const [what, seen] of Object.entries({
    'by a transport of the SDK': (transport: Transport) => transport,
    'by one that does not take its answer back': renamed,
  })) {
    test(what, async () => {
      const transports: Transport[] = []
      const handler = createMcpHandler(() => {
        const server = new McpServer({ name: 'a', version: '1' })
        server.registerTool('big', {}, () => ({ content: [], structuredContent: { big: 1n } }))
        const { connect } = server
        server.connect = (transport) => connect.call(server, transport)
        sendAnyAnswer(server, (transport) => transports.push(transport))
        const patched = server.connect
        server.connect = (transport) => patched(seen(transport))
        return server
      })
      const response = await handler.fetch(
        new Request(address, { method: 'POST', ...requestOf(call('big')) }),
      )
      assert.match(await response.text(), /The answer cannot be sent as JSON: .*BigInt/)
      assert.equal(transports.length, 1)
      assert.equal('_terminalDelivered' in (transports[0] ?? {}), seen !== renamed)
      await handler.close()
    })
  }
})

import assert from 'node:assert/strict'
import { mock, test } from 'node:test'
import { McpServer } from '@modelcontextprotocol/server'
import { InFlight } from '../../src/sessions/calls.ts'
import { instanceSource } from '../../src/sessions/derived/instance-source.ts'
import { Registry } from '../../src/sessions/registry.ts'

const outlet = () => ({
  send: () => undefined,
  abandon: () => undefined,
  endStreams: () => undefined,
  end: () => undefined,
})

test('a clock that is set forward ends no session, nor does user code that replaces it', async () => {
  const source = instanceSource(new McpServer({ name: 'clock', version: '1.0.0' }))
  const registry = new Registry(source, new InFlight(), { idleTimeout: 60_000 })
  const real = performance.now
  mock.timers.enable({ apis: ['setInterval', 'Date'] })
  try {
    await registry.create(outlet, () => undefined)
    mock.timers.setTime(3_600_000)
    performance.now = () => real.call(performance) + 3_600_000
    mock.timers.tick(30_000)
    assert.equal(registry.size, 1)
  } finally {
    performance.now = real
    mock.timers.reset()
    await registry.close()
  }
})

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { failureIn, spanName, textsIn } from '../../../../src/serve/tracing/call-attributes.ts'

const request = (method: string, params?: Record<string, unknown>) =>
  ({ jsonrpc: '2.0', id: 1, method, ...(params && { params }) }) as const

test('a span is named after its method and its tool or prompt, never after a URI', () => {
  const names = [
    request('tools/call', { name: 'echo' }),
    request('prompts/get', { name: 'review' }),
    request('resources/read', { uri: 'note://1' }),
    request('tools/list'),
    request('tools/call', { name: 7 }),
    request('tools/call'),
    request('x'.repeat(300)),
  ].map(spanName)
  const long = `${'x'.repeat(256)}…`
  assert.deepEqual(names, [
    'tools/call echo',
    'prompts/get review',
    'resources/read',
    'tools/list',
    'tools/call',
    'tools/call',
    long,
  ])
})

test('what has failed, and how', () => {
  const answer = (result: Record<string, unknown>) => ({ jsonrpc: '2.0', id: 1, result }) as const
  const error = { jsonrpc: '2.0', id: 1, error: { code: -32602, message: 'no such tool' } } as const
  assert.equal(failureIn(answer({ content: [] })), undefined)
  assert.equal(failureIn(answer({ isError: 'yes' })), undefined)
  assert.deepEqual(failureIn(answer({ isError: true })), { attributes: { 'error.type': 'tool_error' } })
  assert.deepEqual(failureIn(undefined), { attributes: { 'error.type': 'cancelled' } })
  assert.deepEqual(failureIn(error), {
    attributes: { 'error.type': '-32602', 'rpc.response.status_code': '-32602' },
    message: 'no such tool',
  })
})

test('a trace context is read from texts alone, and from none that is long', () => {
  const hostile = {
    traceparent: '00-a-b-01',
    baggage: { split: 7 },
    tracestate: 'x'.repeat(9_000),
    list: ['a'],
  }
  assert.deepEqual(textsIn(hostile), { traceparent: '00-a-b-01' })
  assert.deepEqual([textsIn(undefined), textsIn('text'), textsIn([])], [{}, {}, {}])
})

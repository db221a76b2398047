import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Tasks } from '../../../src/dev/conversation/tasks.ts'
import { IssuedBy } from '../../../src/dev/generation/issued.ts'
import { taskNews } from '../../../src/dev/protocol/task-news.ts'
import { table } from '../../support/table.ts'

const request = (method: string, params: Record<string, unknown> = {}) =>
  ({ jsonrpc: '2.0', id: 1, method, params }) as const
const result = (fields: Record<string, unknown>) => ({ jsonrpc: '2.0', id: 1, result: fields }) as const
const error = { jsonrpc: '2.0', id: 1, error: { code: -32602, message: 'Task not found' } } as const

table(
  'what an answer says about a task',
  ([method, params, response]: [string, Record<string, unknown>, Parameters<typeof taskNews>[1]]) =>
    taskNews(request(method, params), response),
  [
    [['tools/call', {}, result({ task: { taskId: 'a', ttl: 5 } })], { taskId: 'a', ended: false, ttl: 5 }],
    [
      ['tools/call', {}, result({ task: { taskId: 'a', ttl: null } })],
      { taskId: 'a', ended: false, ttl: undefined },
    ],
    [['tools/call', {}, result({ task: 'a' })], undefined],
    [['tools/call', {}, result({ taskId: 'a' })], undefined],
    [['tools/call', {}, error], undefined],
    [['tasks/get', { taskId: 'a' }, result({ status: 'working' })], undefined],
    [['tasks/get', { taskId: 'a' }, result({ status: 'completed' })], undefined],
    [['tasks/get', { taskId: 'a' }, result({ status: 'failed' })], { taskId: 'a', ended: true }],
    [['tasks/cancel', { taskId: 'a' }, result({ status: 'cancelled' })], { taskId: 'a', ended: true }],
    [['tasks/result', { taskId: 'a' }, result({ content: [] })], { taskId: 'a', ended: true }],
    [['tasks/result', { taskId: 'a' }, error], { taskId: 'a', ended: true }],
  ],
)

table(
  'what an answer without a session says, in two pieces',
  ([method, tasks, ...pieces]: [string, boolean, string, string]) => {
    const issued = new IssuedBy(request(method, { taskId: 'a' }), tasks)
    return pieces.flatMap((piece) => issued.take(piece))
  },
  [
    [
      ['tools/call', true, '{"structuredContent":{"task', 'Id":"b"}}'],
      [{ news: { taskId: 'b', ended: false, ttl: undefined, guessed: true } }],
    ],
    [['tools/call', false, '{"structuredContent":{"task', 'Id":"b"}}'], []],
    [['tools/call', true, '{"text":"{\\"taskId\\":\\"b\\"}', '"}'], []],
    [['tasks/get', true, '{"status":"work', 'ing"}'], []],
    [['tasks/get', true, '{"status":"comp', 'leted"}'], [{ news: { taskId: 'a', ended: true } }]],
    [['tools/call', false, '{"requestState":"s', '"}'], [{ state: 's' }]],
  ],
)

class Runner {
  held = 0
  keep() {
    this.held++
    return () => void this.held--
  }
}
const asked = request('tasks/get', { taskId: 'a' })

test('a task leads to who runs it, for its time, or a minute after its end', (t) => {
  t.mock.timers.enable({ apis: ['setTimeout'] })
  const [tasks, runner, other] = [new Tasks<Runner>(), new Runner(), new Runner()]
  tasks.note(runner, { taskId: 'a', ended: false, ttl: 120_000 })
  tasks.note(other, { taskId: 'a', ended: true })
  assert.deepEqual([tasks.ownerOf(asked), runner.held], [runner, 1])
  assert.equal(tasks.ownerOf(request('tasks/get', { taskId: 'b' })), undefined)
  assert.equal(tasks.ownerOf(request('tools/call', { taskId: 'a' })), undefined)
  t.mock.timers.tick(119_999)
  assert.equal(tasks.ownerOf(asked), runner)
  tasks.note(runner, { taskId: 'a', ended: true })
  t.mock.timers.tick(59_999)
  assert.equal(tasks.ownerOf(asked), runner)
  t.mock.timers.tick(1)
  assert.deepEqual([tasks.ownerOf(asked), runner.held], [undefined, 0])
})

test('a task that does not say for how long is kept an hour, and none more than a day', (t) => {
  t.mock.timers.enable({ apis: ['setTimeout'] })
  for (const [ttl, kept] of [
    [undefined, 3_600_000],
    [Number.MAX_SAFE_INTEGER, 86_400_000],
  ] as const) {
    const [tasks, runner] = [new Tasks<Runner>(), new Runner()]
    tasks.note(runner, { taskId: 'a', ended: false, ttl })
    t.mock.timers.tick(kept - 1)
    assert.equal(runner.held, 1)
    t.mock.timers.tick(1)
    assert.equal(runner.held, 0)
  }
})

test('no more than ten thousand are remembered, and those of one that is gone are let go', (t) => {
  t.mock.timers.enable({ apis: ['setTimeout'] })
  const [tasks, runner, other] = [new Tasks<Runner>(), new Runner(), new Runner()]
  for (let index = 0; index <= 10_000; index++)
    tasks.note(runner, { taskId: `${index}`, ended: false, ttl: undefined })
  assert.equal(runner.held, 10_000)
  tasks.note(other, { taskId: 'a', ended: false, ttl: undefined })
  tasks.forget(runner)
  assert.deepEqual([runner.held, other.held], [0, 1])
  tasks.forget()
  assert.equal(other.held, 0)
})

test('a tool that speaks of a task of others does not take it over', () => {
  const [tasks, runner, other] = [new Tasks<Runner>(), new Runner(), new Runner()]
  tasks.note(runner, { taskId: 'a', ended: false, ttl: 60_000 })
  tasks.note(other, { taskId: 'a', ended: false, ttl: undefined, guessed: true })
  assert.deepEqual([tasks.ownerOf(asked), runner.held, other.held], [runner, 1, 0])
  const progress = {
    jsonrpc: '2.0',
    method: 'notifications/progress',
    params: { progressToken: 1, progress: 1 },
  } as const
  assert.deepEqual([tasks.speaksFor(runner, progress), tasks.speaksFor(other, progress)], [true, false])
  const _meta = { 'io.modelcontextprotocol/related-task': { taskId: 'a' } }
  const log = { jsonrpc: '2.0', method: 'notifications/message', params: { _meta, data: '' } } as const
  assert.deepEqual([tasks.speaksFor(runner, log), tasks.speaksFor(other, log)], [true, false])
  tasks.forget()
})

import assert from 'node:assert/strict'
import { once } from 'node:events'
import { test } from 'node:test'
import { setTimeout as delay } from 'node:timers/promises'
import { patience } from '../support/program.ts'
import { initialize, mcpHeaders, send } from '../support/raw-http.ts'
import { WorkersServer } from './workers-server.ts'

test('a connection that was handed to a worker which dies before it has taken it breaks', async () => {
  await using server = await WorkersServer.start('shared.ts', { count: 1 })
  const pid = Number(await server.call(await server.open(), 'pid'))
  process.kill(pid, 'SIGSTOP')
  const request = { headers: { ...mcpHeaders, connection: 'close' }, body: initialize }
  const asking = send(server.url, request).then(
    ({ status }) => `answered with ${status}`,
    (error: NodeJS.ErrnoException) => error.code,
  )
  // Nothing tells when the first process has handed it on; one that comes later is answered by the next worker.
  await delay(300)
  process.kill(pid, 'SIGKILL')
  await server.until(/serves instead/)
  const became = await Promise.race([asking, delay(patience, 'nothing', { ref: false })])
  assert.ok(became === 'ECONNRESET' || became === 'answered with 200', became)
})

test('a connection that comes while all workers exit is answered or breaks', async () => {
  await using server = await WorkersServer.start('shared.ts', { count: 2 })
  const headers = await server.open()
  const pids = new Set(await server.callAll(headers, 'pid'))
  const request = { headers: { ...mcpHeaders, connection: 'close' }, body: initialize }
  for (const pid of pids) process.kill(Number(pid), 'SIGTERM')
  const asking = Array.from({ length: 20 }, () =>
    send(server.url, request).then(
      () => 'over',
      () => 'over',
    ),
  )
  await server.until(/(?:serves instead[\s\S]*){2}/)
  assert.equal(
    await Promise.race([Promise.all(asking).then(() => 'over'), delay(patience, 'nothing', { ref: false })]),
    'over',
  )
})

test('a worker that has to say it takes one to a process that is gone ends quietly', async () => {
  await using server = await WorkersServer.start('shared.ts', { count: 1 })
  const pid = Number(await server.call(await server.open(), 'pid'))
  process.kill(pid, 'SIGSTOP')
  const asking = send(server.url, { headers: mcpHeaders, body: initialize }).catch(() => undefined)
  await delay(300)
  server.running.kill('SIGKILL')
  await once(server.running.child, 'exit')
  process.kill(pid, 'SIGCONT')
  await asking
  await server.running.exited
  assert.doesNotMatch(server.running.stderr, /EPIPE|Error|\bat /)
})

import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { afterEach, describe, test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { clientV1, clientV2, connectV1, connectV2, pinned, type Target, textOf } from '../support/clients.ts'
import { ended, runs } from '../support/processes.ts'
import { fastmcp, startFastmcp } from '../support/program.ts'

const script = fileURLToPath(new URL('../fixtures/gateway/server.py', import.meta.url))
const python = spawnSync('python3', ['--version']).status === 0
const skip = python ? false : 'python3 is not installed here'

const exec = (more = '') => ['run', '--exec', `python3 "${script}"${more}`]

async function serve(more = '', transport = 'http') {
  const started = startFastmcp([...exec(more), '-t', transport, '-p', '0'])
  const [, url = ''] = await started.until(/listening on (\S+)/)
  return Object.assign(started, { url: new URL(url) })
}

/** They would try to come back to a server that is gone. */
const connected: { close(): Promise<void> }[] = []
afterEach(() => Promise.all(connected.splice(0).map((client) => client.close())))

async function pidOf(target: Target) {
  const client = await connectV1(target, clientV1('one'))
  connected.push(client)
  const pid = Number(textOf(await client.callTool({ name: 'pid', arguments: {} })))
  return { client, pid }
}

describe('a program behind --exec', { skip }, () => {
  test('is served to twenty sessions at once, each with a process of its own, and none is left behind', async () => {
    await using served = await serve()
    const all = await Promise.all(Array.from({ length: 20 }, () => pidOf({ http: served.url })))
    assert.equal(new Set(all.map(({ pid }) => pid)).size, 20)
    const echoes = await Promise.all(
      all.map(({ client }, index) => client.callTool({ name: 'echo', arguments: { text: `n${index}` } })),
    )
    assert.deepEqual(
      echoes.map(textOf),
      all.map((_, index) => `n${index}`),
    )
    served.kill('SIGTERM')
    assert.deepEqual(await served.exited, { code: 0, signal: null })
    await ended(all.map(({ pid }) => pid))
  })

  for (const more of ['', ' --stubborn']) {
    test(`is ended when the runner is killed${more}`, async () => {
      await using served = await serve(more)
      const all = await Promise.all([1, 2, 3].map(() => pidOf({ http: served.url })))
      assert.ok(all.every(({ pid }) => runs(pid)))
      served.kill('SIGKILL')
      await ended(all.map(({ pid }) => pid))
    })
  }

  test('ends with its session', async () => {
    await using served = await serve()
    const { client, pid } = await pidOf({ http: served.url })
    const { pid: other } = await pidOf({ http: served.url })
    await (client.transport as unknown as { terminateSession(): Promise<void> }).terminateSession()
    await ended([pid])
    assert.ok(runs(other))
  })

  test('on stdio and on SSE', async () => {
    const onStdio = await pidOf({ stdio: exec() })
    await onStdio.client.close()
    await ended([onStdio.pid])
    await using served = await serve('', 'sse')
    const onSse = await pidOf({ sse: served.url })
    assert.ok(runs(onSse.pid))
  })

  test('answers modern clients', async () => {
    await using served = await serve()
    const client = await connectV2({ http: served.url }, clientV2('modern', pinned))
    const { tools } = await client.listTools()
    assert.deepEqual(
      tools.map(({ name }) => name),
      ['echo', 'pid', 'die'],
    )
    assert.equal(textOf(await client.callTool({ name: 'echo', arguments: { text: 'hi' } })), 'hi')
    await client.close()
  })

  test('that dies is an error for the call and started again for the next', async () => {
    await using served = await serve()
    const { client, pid } = await pidOf({ http: served.url })
    await assert.rejects(client.callTool({ name: 'die', arguments: {} }), /exited with code 7$/)
    const again = Number(textOf(await client.callTool({ name: 'pid', arguments: {} })))
    assert.notEqual(again, pid)
  })
})

describe('--exec that cannot be', () => {
  const wrong = [
    [['--exec', ''], /--exec/],
    [['--exec', 'python3 "x'], /--exec a " is not closed/],
    [['server.ts', '--exec', 'python3 x.py'], /--exec already names the server/],
  ] as const
  for (const [args, says] of wrong) {
    test(args.join(' '), async () => {
      const outcome = await fastmcp(['run', ...args])
      assert.equal(outcome.code, 2)
      assert.match(outcome.stderr, says)
    })
  }
})

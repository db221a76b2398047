import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { connectV1, connectV2 } from '../support/clients.ts'
import { Edited, eventually, textOf } from '../support/dev.ts'
import { openSession, rpc, send } from '../support/raw-http.ts'
import { chosen, rarely } from '../support/whole.ts'

const alive = (pid: number) => {
  try {
    return process.kill(pid, 0)
  } catch {
    return false
  }
}

test('a server killed in the middle of a call: the call fails, the session goes on', async () => {
  await using edited = new Edited()
  const url = await edited.url()
  const client = await connectV1({ http: url })
  for (let death = 0; death < 3; death++) {
    const pid = Number(await textOf(client, 'pid'))
    const slow = textOf(client, 'slow', { ms: 60_000 })
    // A call that has been answered behind it shows that the slow one has begun.
    await textOf(client, 'version')
    process.kill(pid, 'SIGKILL')
    await assert.rejects(slow, /-32603: The server was killed by SIGKILL/)
    assert.equal(await textOf(client, 'version'), 'first')
    assert.notEqual(Number(await textOf(client, 'pid')), pid)
  }
  await client.close()
})

describe('code that ends its own process', () => {
  const endings: [name: string, code: string, words: RegExp][] = [
    ['process.exit', 'setTimeout(() => process.exit(7), 50)', /process\.exit\(7\)/],
    ['an uncaught exception', "setTimeout(() => { throw new Error('in a timer') }, 50)", /in a timer/],
    ['process.abort', 'setTimeout(() => process.abort(), 50)', /SIGABRT/],
    ['process.kill', "setTimeout(() => process.kill(process.pid, 'SIGKILL'), 50)", /SIGKILL/],
  ]
  for (const [name, code, words] of chosen(endings, 4)) {
    test(name, async () => {
      await using edited = new Edited()
      edited.save('first', `server.registerTool('end', {}, () => { ${code}; return text('ending') })`)
      const client = await connectV2({ http: await edited.url() })
      const pid = await eventually(() =>
        textOf(client, 'end').then((text) => (text === 'ending' ? true : undefined)),
      )
      assert.ok(pid)
      await edited.dev.until(words)
      await edited.dev.until(/restart[\s\S]*reload/)
      assert.equal(await textOf(client, 'version'), 'first')
      await client.close()
    })
  }
})

rarely('a rejection that nobody handles ends nothing', async () => {
  await using edited = new Edited()
  edited.save(
    'first',
    "server.registerTool('leave', {}, () => { void Promise.reject(new Error('left over')); return text('left') })",
  )
  const client = await connectV2({ http: await edited.url() })
  const pid = await textOf(client, 'pid')
  assert.equal(await textOf(client, 'leave'), 'left')
  await edited.dev.until(/unhandled rejection: Error: left over/)
  assert.equal(await textOf(client, 'pid'), pid)
  await client.close()
})

test('a tool that blocks its process for good is replaced by the next save, and ended', async () => {
  await using edited = new Edited()
  edited.save('first', "server.registerTool('block', {}, () => { for (;;); })")
  const url = await edited.url()
  const headers = await openSession(url)
  await edited.dev.until(/ready/)
  const told = await send(url, { headers, body: rpc('tools/call', { name: 'pid', arguments: {} }, 1) })
  const pid = Number(/"text":"(\d+)"/.exec(told.text)?.[1])
  const blocked = send(url, { headers, body: rpc('tools/call', { name: 'block', arguments: {} }, 'blocked') })
  edited.save('second')
  await edited.dev.until(/reload/)
  const answer = await send(url, { headers, body: rpc('tools/call', { name: 'version', arguments: {} }, 2) })
  assert.match(answer.text, /second/)
  assert.match((await blocked).text, /The server was killed by SIGKILL/)
  assert.ok(!alive(pid))
})

test('nothing is left when the front is killed, even of code that blocks', async () => {
  await using edited = new Edited()
  edited.save('first', "server.registerTool('block', {}, () => { for (;;); })\nsetInterval(() => {}, 1000)")
  const url = await edited.url()
  const client = await connectV2({ http: url })
  const pids = [Number(await textOf(client, 'pid'))]
  textOf(client, 'block').catch(() => undefined)
  await new Promise((resolve) => setTimeout(resolve, 100))
  edited.save('second')
  await edited.dev.until(/reload[\s\S]*second|~version/)
  pids.push(Number(await textOf(client, 'pid')))
  edited.dev.kill('SIGKILL')
  await edited.dev.exited
  await eventually(() => (pids.some(alive) ? undefined : true))
  assert.notEqual(pids[0], pids[1])
})

test('a stop answers calls in flight and leaves no process', async () => {
  await using edited = new Edited()
  const client = await connectV2({ http: await edited.url() })
  const pid = Number(await textOf(client, 'pid'))
  const slow = textOf(client, 'slow', { ms: 500 })
  await textOf(client, 'version')
  edited.dev.kill('SIGTERM')
  assert.equal(await slow, 'first')
  assert.deepEqual(await edited.dev.exited, { code: 0, signal: null })
  assert.ok(!alive(pid))
})

rarely('a raw client is told when its call cannot be answered', async () => {
  await using edited = new Edited()
  const url = await edited.url()
  const headers = await openSession(url)
  const pid = await send(url, { headers, body: rpc('tools/call', { name: 'pid', arguments: {} }, 1) })
  const slow = send(url, { headers, body: rpc('tools/call', { name: 'slow', arguments: { ms: 60_000 } }, 2) })
  await send(url, { headers, body: rpc('tools/list', {}, 3) })
  process.kill(Number(/"text":"(\d+)"/.exec(pid.text)?.[1]), 'SIGKILL')
  const answer = await slow
  assert.equal(answer.json?.error?.code ?? Number(/"code":(-?\d+)/.exec(answer.text)?.[1]), -32603)
})

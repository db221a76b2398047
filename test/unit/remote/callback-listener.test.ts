import assert from 'node:assert/strict'
import { once } from 'node:events'
import { connect } from 'node:net'
import { test } from 'node:test'
import { CallbackListener } from '../../../src/remote/login/browser/callback-listener.ts'

test('a callback comes through a flood of others, of half requests and of idle connections', async () => {
  const listener = new CallbackListener('ours')
  const url = await listener.listen(0)
  const sockets = Array.from({ length: 200 }, () => connect(Number(url.port), '127.0.0.1'))
  try {
    await Promise.all(sockets.map((socket) => once(socket, 'connect')))
    for (const socket of sockets) socket.on('error', () => undefined)
    for (const socket of sockets.slice(100)) socket.write('GET /callback?state=ours HTTP/1.1\r\nhost: x')
    const wrong = async (query: string) => (await fetch(`${url.href}?${query}`)).status
    const answers = await Promise.all(
      Array.from({ length: 200 }, (_, at) => wrong(`code=x&state=theirs-${at}`)),
    )
    assert.deepEqual(new Set(answers), new Set([400]))
    assert.equal(await wrong('code=x&state=ours&state=ours'), 400)
    assert.equal(await wrong('code=x'), 400)
    assert.equal(await wrong('code=x&state='), 400)
    const answered = listener.answer(AbortSignal.timeout(30_000))
    assert.equal(await wrong('code=right&state=ours'), 200)
    // Whoever has seen the address of the first comes too late.
    assert.equal(await wrong('code=late&state=ours'), 200)
    assert.equal((await answered).get('code'), 'right')
  } finally {
    listener.close()
    for (const socket of sockets) socket.destroy()
  }
})

import assert from 'node:assert/strict'
import { once } from 'node:events'
import http from 'node:http'
import net from 'node:net'
import { test } from 'node:test'
import { WatchedPorts } from '../../../src/patches/generation/watched-ports.ts'

test('a port that cannot be opened is told of before user code, and waited for', async () => {
  const original = net.Server.prototype.listen
  const first = net.createServer().listen(0, '127.0.0.1')
  await once(first, 'listening')
  const { port } = first.address() as net.AddressInfo
  const ports = new WatchedPorts()
  const heard: string[] = []
  ports.onFault = (error) => heard.push(`fault ${Reflect.get(error, 'code')}`)
  const taken = http.createServer().on('error', () => heard.push('user code'))
  taken.listen(port, '127.0.0.1')
  const free = net.createServer()
  assert.equal(free.listen(0, 'localhost'), free)
  await ports.settled()
  assert.deepEqual(heard, ['fault EADDRINUSE', 'user code'])
  assert.equal(free.listening, true)
  ports.finish()
  assert.equal(net.Server.prototype.listen, original)
  for (const server of [first, free]) server.close()
})

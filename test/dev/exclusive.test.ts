import assert from 'node:assert/strict'
import { connect, createServer } from 'node:net'
import { describe, test } from 'node:test'
import { clientV2, connectV1, connectV2, pinned } from '../support/clients.ts'
import { Edited, editedServer, textOf } from '../support/dev.ts'
import { freePort } from '../support/free-port.ts'
import { chosen, rarely } from '../support/whole.ts'

const port = await freePort()

/** What a file takes that only one process can have, and shows that it has it. */
const takes: Record<string, string> = {
  'a port': `import { createServer } from 'node:net'
createServer((socket) => socket.end('MINE')).listen(${port}, '127.0.0.1')`,
  'a port of HTTP': `import { createServer } from 'node:http'
createServer((_, response) => response.end('MINE')).listen(${port}, '127.0.0.1')`,
  'a port whose loss it takes lightly': `import { createServer } from 'node:net'
const port = createServer((socket) => socket.end('MINE'))
port.on('error', (error) => console.error('no port: ' + error.message))
port.listen(${port}, '127.0.0.1')`,
  'a port, waiting for it': `import { createServer } from 'node:net'
import { once } from 'node:events'
await once(createServer((socket) => socket.end('MINE')).listen(${port}, '127.0.0.1'), 'listening')`,
  'a port, ending when it is not free': `import { createServer } from 'node:net'
const port = createServer((socket) => socket.end('MINE'))
port.on('error', () => { console.error('already running'); process.exit(1) })
await new Promise((resolve) => port.listen(${port}, '127.0.0.1', resolve))`,
  'a lock file': `import { openSync, rmSync } from 'node:fs'
openSync('server.lock', 'wx')
process.on('exit', () => rmSync('server.lock'))`,
  'a lock folder, let go when it is told to stop': `import { mkdirSync, rmdirSync } from 'node:fs'
mkdirSync('server.lock')
process.on('SIGTERM', () => { rmdirSync('server.lock'); process.exit() })`,
  'a port of UDP': `import { createSocket } from 'node:dgram'
createSocket('udp4').bind(${port}, '127.0.0.1')`,
  'a port of UDP whose loss it takes lightly': `import { createSocket } from 'node:dgram'
const port = createSocket('udp4')
port.on('error', (error) => console.error('no port: ' + error.message))
port.bind(${port}, '127.0.0.1')`,
  'a lock, ending when it is taken': `import { mkdirSync, rmdirSync } from 'node:fs'
try { mkdirSync('server.lock') } catch { console.error('already running'); process.exit(1) }
process.on('exit', () => rmdirSync('server.lock'))`,
  'a file with its number': `import { existsSync, rmSync, writeFileSync } from 'node:fs'
if (existsSync('server.pid')) throw new Error('already running')
writeFileSync('server.pid', String(process.pid))
process.on('exit', () => rmSync('server.pid'))`,
}

const source = (version: string, taken: string) =>
  `${taken.replaceAll('MINE', version)}\n${editedServer(version)}`

/** What whoever comes to the port is told. */
function saidAtPort(): Promise<string> {
  return new Promise((resolve, reject) => {
    const socket = connect(port, '127.0.0.1', () => socket.write('GET / HTTP/1.0\r\n\r\n'))
    let text = ''
    socket.on('data', (data) => {
      text += data
    })
    socket.on('close', () => resolve(text.split('\r\n\r\n').at(-1) ?? ''))
    socket.on('error', reject)
  })
}

describe('a file that takes what only one process can have', () => {
  for (const [what, taken] of chosen(Object.entries(takes), 4)) {
    test(`${what}: every save is live, and clients wait meanwhile`, async () => {
      await using edited = new Edited([], { files: { 'server.ts': source('first', taken) } })
      const url = await edited.url()
      const client = await connectV1({ http: url })
      const modern = await connectV2({ http: url }, clientV2('modern', pinned))
      assert.equal(await textOf(client, 'version'), 'first')
      const versions = ['second', 'third', 'fourth']
      for (const [index, version] of versions.entries()) {
        const slow = textOf(client, 'slow', { ms: 1_500 })
        edited.project.write('server.ts', source(version, taken))
        await edited.dev.until(new RegExp(`( reload [\\s\\S]*){${index + 1}}`))
        assert.deepEqual(await Promise.all([textOf(client, 'version'), textOf(modern, 'version')]), [
          version,
          version,
        ])
        assert.equal(await slow, index === 0 ? 'first' : versions[index - 1])
        if (taken.includes('MINE')) assert.equal(await saidAtPort(), version)
      }
      assert.doesNotMatch(edited.dev.stderr, /restart|still serving/)
      await Promise.all([client.close(), modern.close()])
    })
  }

  test('a mistake beside it leaves the old code serving', async () => {
    const taken = takes['a port'] ?? ''
    await using edited = new Edited([], { files: { 'server.ts': source('first', taken) } })
    const client = await connectV2({ http: await edited.url() })
    assert.equal(await textOf(client, 'version'), 'first')
    edited.project.write('server.ts', `throw new Error('early')\n${source('second', taken)}`)
    await edited.dev.until(/early[\s\S]*still serving/)
    assert.deepEqual([await textOf(client, 'version'), await saidAtPort()], ['first', 'first'])
    edited.project.write('server.ts', source('third', taken))
    await edited.dev.until(/ reload /)
    assert.deepEqual([await textOf(client, 'version'), await saidAtPort()], ['third', 'third'])
    await client.close()
  })

  rarely('what another program has is told, and taken once that is gone', async () => {
    const other = createServer().listen(0, '127.0.0.1')
    await new Promise((resolve) => other.once('listening', resolve))
    const { port: theirs } = other.address() as { port: number }
    const taken = `import { createServer } from 'node:net'\ncreateServer().listen(${theirs}, '127.0.0.1')`
    await using edited = new Edited([], { files: { 'server.ts': source('first', '') } })
    const client = await connectV2({ http: await edited.url() })
    assert.equal(await textOf(client, 'version'), 'first')
    edited.project.write('server.ts', source('second', taken))
    await edited.dev.until(/EADDRINUSE/)
    other.close()
    await edited.dev.until(/ reload /)
    assert.equal(await textOf(client, 'version'), 'second')
    await client.close()
  })
})

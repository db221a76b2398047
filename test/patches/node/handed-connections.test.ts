import assert from 'node:assert/strict'
import { test } from 'node:test'
import { runPatched } from '../../support/patched.ts'

const skip = process.platform === 'win32' && 'no process can be stopped here'

test('a connection breaks with the process that it was handed to', { skip }, async () => {
  const outcome = await runPatched(
    'node/handed-connections',
    `import cluster from 'node:cluster'
    import net from 'node:net'
    import { HandedConnections } from './patch.mjs'
    if (cluster.isWorker) net.createServer().listen(0, '127.0.0.1')
    else {
      const handed = new HandedConnections()
      const worker = cluster.fork()
      handed.watch(worker.process)
      const ours = worker.process.send
      worker.process.send = (message, ...more) => {
        if (message?.act === 'newconn') worker.process.kill('SIGKILL')
        return ours.call(worker.process, message, ...more)
      }
      worker.on('exit', () => handed.gone(worker.process, true))
      worker.on('listening', ({ port }) => {
        worker.process.kill('SIGSTOP')
        const client = net.connect(port, '127.0.0.1')
        client.on('error', () => undefined)
        client.on('close', () => {
          console.log('broken')
          process.exit()
        })
      })
    }`,
  )
  assert.equal(outcome.stdout, 'broken\n', outcome.stderr)
})

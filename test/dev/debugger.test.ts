import assert from 'node:assert/strict'
import { createServer } from 'node:net'
import { test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { connectV2 } from '../support/clients.ts'
import { Edited, eventually, textOf } from '../support/dev.ts'
import { start } from '../support/program.ts'

const script = fileURLToPath(new URL('../support/debug-client.mjs', import.meta.url))

async function freePort(): Promise<number> {
  const server = createServer()
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as { port: number }
  await new Promise((resolve) => server.close(resolve))
  return port
}

const debugged = (word: string) => `server.registerTool('debugged', {}, () => {
  const answer = '${word}' // stop here
  return text(answer)
})`

test('a breakpoint in TypeScript is hit before and after a save, on one port', async () => {
  const port = await freePort()
  await using edited = new Edited([`--debug=${port}`])
  edited.save('first', debugged('one'))
  const client = await connectV2({ http: await edited.url() })
  await eventually(() => textOf(client, 'debugged').then((answer) => (answer === 'one' ? true : undefined)))
  const source = edited.project.path('server.ts')
  for (const word of ['one', 'two']) {
    if (word === 'two') {
      edited.save('first', debugged('two'))
      await eventually(() =>
        textOf(client, 'debugged').then((answer) => (answer === 'two' ? true : undefined)),
      )
    }
    await using editor = start(process.execPath, [
      '--experimental-websocket',
      script,
      String(port),
      source,
      'stop here',
    ])
    await editor.until(/set/, 'stdout')
    assert.equal(await textOf(client, 'debugged'), word)
    await editor.until(/hit \d+/, 'stdout')
  }
  await client.close()
})

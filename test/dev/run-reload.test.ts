import assert from 'node:assert/strict'
import { test } from 'node:test'
import { clientV2, connectV2 } from '../support/clients.ts'
import { editedServer, textOf } from '../support/dev.ts'
import { serveHttp } from '../support/program.ts'
import { Project } from '../support/project.ts'

test('fastmcp run --reload over HTTP', async () => {
  using project = new Project({ 'server.ts': editedServer('first'), 'data/list.txt': 'one' })
  const cwd = project.folder
  await using served = await serveHttp('server.ts', ['--reload', '--reload-dir', 'data'], { cwd })
  const client = await connectV2({ http: served.url })
  assert.equal(await textOf(client, 'version'), 'first')
  project.write('server.ts', editedServer('second'))
  await served.until(/~version/)
  assert.equal(await textOf(client, 'version'), 'second')
  project.write('data/list.txt', 'two')
  await served.until(/no change for clients/)
  assert.doesNotMatch(served.stderr, /Inspector/)
  await client.close()
})

test('fastmcp run --reload on stdio', async () => {
  using project = new Project({ 'server.ts': editedServer('first') })
  const client = clientV2()
  const changed = new Promise<void>((resolve) => {
    client.setNotificationHandler('notifications/tools/list_changed', () => resolve())
  })
  await connectV2({ stdio: ['run', 'server.ts', '--reload'], cwd: project.folder }, client)
  assert.equal(await textOf(client, 'version'), 'first')
  project.write('server.ts', editedServer('second'))
  await changed
  assert.equal(await textOf(client, 'version'), 'second')
  await client.close()
})

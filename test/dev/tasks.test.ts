import assert from 'node:assert/strict'
import { test } from 'node:test'
import { z } from 'zod'
import { connectV1 } from '../support/clients.ts'
import { Edited, editedServer, textOf } from '../support/dev.ts'
import { times } from '../support/program.ts'
import { rarely } from '../support/whole.ts'

/** Tasks that end when they are told to, by their name. */
const withTasks = (version: string) => `
import { InMemoryTaskStore } from '@modelcontextprotocol/sdk/experimental/tasks/stores/in-memory.js'
${editedServer(version).replace(
  "version: '1.0.0' })",
  "version: '1.0.0' }, { taskStore: new InMemoryTaskStore(), capabilities: { tasks: { list: {}, cancel: {}, requests: { tools: { call: {} } } } } })",
)}
let finish = () => undefined
server.experimental.tasks.registerToolTask('task', { execution: { taskSupport: 'required' } }, {
  createTask: async ({ taskStore }) => {
    const task = await taskStore.createTask({ ttl: 60_000, pollInterval: 50 })
    finish = () => taskStore.storeTaskResult(task.taskId, 'completed', text('${version} has done it'))
    return { task }
  },
  getTask: ({ taskId, taskStore }) => taskStore.getTask(taskId),
  getTaskResult: ({ taskId, taskStore }) => taskStore.getTaskResult(taskId),
})
server.registerTool('finish', {}, async () => {
  await new Promise((resolve) => process.once('SIGUSR2', resolve))
  await finish()
  return text('${version}')
})`

const anything = z.object({}).loose()
type Asked = Awaited<ReturnType<typeof connectV1>>
const ask = (client: Asked, method: string, params: Record<string, unknown>) =>
  client.request({ method, params }, anything)

const begun = async (client: Asked) => {
  const { task } = await ask(client, 'tools/call', { name: 'task', arguments: {}, task: { ttl: 60_000 } })
  return (task as { taskId: string }).taskId
}
const listed = async (client: Asked) => {
  const { tasks } = await ask(client, 'tasks/list', {})
  return (tasks as { taskId: string }[]).map((one) => one.taskId).sort()
}

test('tasks outlive saves, and are asked of the code that runs them', async () => {
  await using edited = new Edited([], { files: { 'server.ts': withTasks('first') } })
  const client = await connectV1({ http: await edited.url() })
  const [done, cancelled] = [await begun(client), await begun(client)]
  const pid = Number(await textOf(client, 'pid'))
  for (const [index, version] of ['second', 'third'].entries()) {
    edited.project.write('server.ts', withTasks(version))
    await edited.dev.until(times('~version', index + 1))
    assert.equal(await textOf(client, 'version'), version)
    assert.equal((await ask(client, 'tasks/get', { taskId: done })).status, 'working')
  }
  const newer = await begun(client)
  assert.deepEqual(await listed(client), [done, cancelled, newer].sort())
  assert.equal((await ask(client, 'tasks/cancel', { taskId: cancelled })).status, 'cancelled')
  // The code that runs it is still that of its start.
  process.kill(pid, 0)
  await assert.rejects(ask(client, 'tasks/get', { taskId: 'unknown' }), /not found/)
  await client.close()
})

rarely('the result of a task comes from the code that made it', async () => {
  await using edited = new Edited([], { files: { 'server.ts': withTasks('first') } })
  const client = await connectV1({ http: await edited.url() })
  const taskId = await begun(client)
  const pid = Number(await textOf(client, 'pid'))
  const finished = textOf(client, 'finish')
  edited.project.write('server.ts', withTasks('second'))
  await edited.dev.until(/~version/)
  const result = ask(client, 'tasks/result', { taskId })
  process.kill(pid, 'SIGUSR2')
  assert.equal(await finished, 'first')
  assert.match(JSON.stringify(await result), /first has done it/)
  await client.close()
})

rarely('when the process of a task dies, the client is told so', async () => {
  await using edited = new Edited([], { files: { 'server.ts': withTasks('first') } })
  const client = await connectV1({ http: await edited.url() })
  const taskId = await begun(client)
  const pid = Number(await textOf(client, 'pid'))
  edited.project.write('server.ts', withTasks('second'))
  await edited.dev.until(/~version/)
  const result = ask(client, 'tasks/result', { taskId })
  await ask(client, 'tasks/get', { taskId })
  process.kill(pid, 'SIGKILL')
  await assert.rejects(result, /The server was killed by SIGKILL/)
  await client.close()
})

import { all, serverV1 } from '../dialects/v1.ts'
import type { Shape } from '../shape.ts'
import { taskOf2025 } from '../steps/task.ts'

export default {
  name: 'v1-tasks',
  what: 'SDK v1 with tasks of its own (2025-11-25)',
  facets: { sdk: 'v1', starts: 'exported', modules: 'esm', language: 'ts' },
  words: ['server.ts'],
  abilities: [...all, 'share', 'tasks'],
  task: taskOf2025,
  files: (edition) => ({
    'server.ts': `import { InMemoryTaskStore } from '@modelcontextprotocol/sdk/experimental/tasks/stores/in-memory.js'
${serverV1(edition).replace(
  '{ capabilities: {',
  '{ taskStore: new InMemoryTaskStore(), capabilities: { tasks: { list: {}, cancel: {}, requests: { tools: { call: {} } } },',
)}
export const server = createServer()
server.experimental.tasks.registerToolTask('task', { execution: { taskSupport: 'required' } }, {
  createTask: async ({ taskStore, taskRequestedTtl }) => {
    const task = await taskStore.createTask({ ttl: taskRequestedTtl ?? 60_000, pollInterval: 200 })
    const done = said('${edition.word} has done it')
    setTimeout(() => taskStore.storeTaskResult(task.taskId, 'completed', done), 4000)
    return { task }
  },
  getTask: ({ taskId, taskStore }) => taskStore.getTask(taskId),
  getTaskResult: ({ taskId, taskStore }) => taskStore.getTaskResult(taskId),
})
`,
  }),
} satisfies Shape

import { all } from '../dialects/v1.ts'
import { serverV2 } from '../dialects/v2.ts'
import type { Edition } from '../edition.ts'
import type { Shape } from '../shape.ts'
import { asksFor } from '../steps/extend.ts'
import { taskOf2026 } from '../steps/task.ts'

const tasks = ({ word }: Edition) => `
  const capabilities = { extensions: { 'io.modelcontextprotocol/tasks': {} } }
  server.server.registerCapabilities(capabilities)
  server.registerTool('task', {}, () => {
    const id = crypto.randomUUID()
    tasks.set(id, { done: Date.now() + 4000, said: '${word} has done it' })
    return { ...said(id), structuredContent: { taskId: id } }
  })
  const asked = { params: z.object({ taskId: z.string() }), result: z.object({ status: z.string(), said: z.string() }) }
  server.server.setRequestHandler('tasks/get', asked, ({ taskId }) => {
    const task = tasks.get(taskId)
    if (!task) throw new Error('Task not found')
    return { status: task.done > Date.now() ? 'working' : 'completed', said: task.said }
  })
  server.server.setRequestHandler('tasks/update', { params: z.object({}) }, () => ({ updated: true }))
`

export default {
  name: 'v2-tasks',
  what: 'SDK v2 with tasks as an extension (2026-07-28)',
  facets: { sdk: 'v2', starts: 'exported', modules: 'esm', language: 'ts' },
  words: ['server.ts'],
  abilities: [...all, 'share', 'tasks'],
  task: taskOf2026,
  extended: asksFor('io.modelcontextprotocol/tasks', 'tasks/update', {}, /"updated":true/),
  files: (edition) => ({
    'server.ts': `const tasks = new Map()
${serverV2(edition, tasks(edition))}
export const server = createServer()
`,
  }),
} satisfies Shape

import type { Journey } from '../journey.ts'
import { startTask } from '../steps/task.ts'

export default {
  name: 'task',
  what: 'a task, started and fetched',
  facets: { command: 'run', transport: 'http' },
  needs: ['tasks'],
  walk: async (cell) => {
    const target = await cell.target(['run'], 'http')
    await (await startTask(cell, target))()
  },
} satisfies Journey

import type { Journey } from '../journey.ts'
import { saveDuringTask } from '../steps/task.ts'

export default {
  name: 'task-save',
  what: 'a save while a task runs',
  facets: { command: 'dev', transport: 'http' },
  needs: ['tasks', 'edit'],
  waits: true,
  walk: saveDuringTask,
} satisfies Journey

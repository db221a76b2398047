import assert from 'node:assert/strict'
import type { Target } from '../../support/clients.ts'
import type { Cell } from '../cell.ts'
import { saves } from '../edition.ts'
import type { Person } from '../person.ts'
import { until } from './edit.ts'

/** How a server's tasks are started and fetched, by a client that knows them. */
export interface TaskWay {
  readonly client: Person['kind']
  /** Starts one, and gives its id. */
  start(person: Person): Promise<string>
  /** What it has come to; nothing yet while it works. */
  fetch(person: Person, taskId: string): Promise<string | undefined>
}

/** Tasks of 2025-11-25. */
export const taskOf2025: TaskWay = {
  client: 'v1',
  start: async (person) => {
    const made = await person.request('tools/call', { name: 'task', arguments: {}, task: { ttl: 60_000 } })
    return (made.task as { taskId: string }).taskId
  },
  fetch: async (person, taskId) => {
    const { status } = await person.request('tasks/get', { taskId })
    if (status !== 'completed') return undefined
    const { content } = await person.request('tasks/result', { taskId })
    return (content as { text: string }[])[0]?.text
  },
}

/** Tasks as an extension of 2026-07-28. */
export const taskOf2026: TaskWay = {
  client: 'modern',
  start: (person) => person.call('task'),
  fetch: async (person, taskId) => {
    const { status, said } = await person.request('tasks/get', { taskId })
    return status === 'completed' ? String(said) : undefined
  },
}

/** Starts a task, and gives what waits for its end. */
export async function startTask(cell: Cell, target: Target): Promise<() => Promise<void>> {
  const { task } = cell.shape
  if (!task) throw new Error('the shape tells of no tasks')
  const person = await cell.connect(task.client, target)
  const id = await task.start(person)
  return async () => {
    let last: string | undefined
    await until('the task never ends', async () => {
      last = await task.fetch(person, id)
      return last !== undefined
    })
    assert.equal(last, 'one has done it')
  }
}

/** A save does not end what the code before it has begun. */
export async function saveDuringTask(cell: Cell): Promise<void> {
  const target = await cell.target(['dev', '--no-inspector'], 'http')
  const watcher = await cell.connect('auto', target)
  const ends = await startTask(cell, target)
  const [save] = saves
  if (!save) throw new Error('there are no saves')
  await cell.save(save)
  await until('the save never comes', async () => (await watcher.call('edition')) === save.edition.word)
  await ends()
}

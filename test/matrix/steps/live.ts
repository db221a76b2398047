import assert from 'node:assert/strict'
import type { Cell } from '../cell.ts'
import type { Person } from '../person.ts'
import { until } from './edit.ts'

/** Each client gives a call up, and the server notices each. */
export async function cancelAll(cell: Cell, people: readonly Person[]): Promise<void> {
  const said = (word: string) =>
    cell.programs.reduce((sum, { stderr }) => sum + stderr.split(`wait: ${word}`).length - 1, 0)
  // A program may be started for each call, and then it alone knows of it: it says so.
  const elsewhere = cell.shape.facets.starts === 'elsewhere'
  for (const [index, person] of people.entries()) {
    const abort = new AbortController()
    const [begun, over] = [said('begun'), said('given up')]
    const waiting = person.call('wait', {}, { signal: abort.signal })
    waiting.catch(() => undefined)
    // A call that was begun after it has been answered on the same connection.
    await person.call('edition')
    if (elsewhere) await until(`no call of the client ${person.kind} begins`, () => said('begun') > begun)
    const before = Number(await person.call('given-up'))
    abort.abort()
    await assert.rejects(waiting, `the client ${person.kind} is answered`)
    await until(`what the client ${person.kind} gives up goes on`, async () =>
      elsewhere ? said('given up') > over : Number(await person.call('given-up')) > before,
    )
    assert.ok(before <= index, 'more is given up than was')
  }
}

/** Each client hears of the progress of its own call. */
export async function progressAll(people: readonly Person[]): Promise<void> {
  await Promise.all(
    people.map(async (person) => {
      const heard: number[] = []
      const onprogress = ({ progress }: { progress: number }) => heard.push(progress)
      assert.equal(await person.call('steps', {}, { onprogress }), 'done')
      assert.deepEqual(heard, [1, 2, 3], `the client ${person.kind} hears of other progress`)
    }),
  )
}

/** Whether what one client has added is there for all. */
export const isShared = ({ shape }: Cell): boolean => shape.abilities.includes('share')

/** The first client has a tool added; each that has the same server hears of it, and so does the first. */
export async function changeAll(people: readonly Person[], shared: boolean): Promise<void> {
  const reached = shared ? people : people.slice(0, 1)
  const heard = reached.map(({ changes }) => changes())
  assert.equal(await people[0]?.call('grow'), 'grew')
  for (const [index, person] of reached.entries()) {
    await until(`the client ${person.kind} is not told`, () => person.changes() > (heard[index] ?? 0))
    assert.ok(
      (await person.tools()).some(({ name }) => name === 'grown'),
      `the client ${person.kind} sees no new tool`,
    )
    assert.equal(await person.call('grown'), 'grown')
  }
}

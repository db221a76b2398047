import assert from 'node:assert/strict'
import { extension, extensionMethod } from '../ability.ts'
import type { Cell } from '../cell.ts'
import type { Person } from '../person.ts'

/** Demands that a client is told of an extension, and that a method of it answers. */
export const asksFor =
  (name: string, method: string, params: Record<string, unknown>, answer: RegExp) =>
  async (person: Person): Promise<void> => {
    const { extensions = {} } = person.capabilities()
    assert.ok(name in (extensions as object), `the client ${person.kind} is not told of the extension`)
    assert.match(JSON.stringify(await person.request(method, params)), answer)
  }

const turned = asksFor(extension, extensionMethod, { text: 'stop' }, /"pots"/)

/** Demands the shape's extension for each of these clients. */
export async function extendAll(cell: Cell, people: readonly Person[]): Promise<void> {
  for (const person of people) await (cell.shape.extended?.(person) ?? turned(person))
}

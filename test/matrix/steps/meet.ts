import assert from 'node:assert/strict'
import type { Cell } from '../cell.ts'
import { type Edition, first } from '../edition.ts'
import type { Kind, Person } from '../person.ts'

/** Who comes over a transport. SSE ended with the legacy era, so nobody insists on the modern one there. */
export function kindsOn(cell: Cell, transport: 'stdio' | 'http' | 'sse'): readonly Kind[] {
  if (transport === 'stdio' && cell.shape.alone) return ['v1']
  return comers(cell, ['v1', 'v2', ...(transport === 'sse' ? [] : (['modern'] as const)), 'auto'])
}

/** Those of the clients that the server can be expected to know. */
export const comers = ({ shape }: Cell, kinds: readonly Kind[]): readonly Kind[] =>
  shape.speaks === 'legacy' ? kinds.filter((kind) => kind !== 'modern') : kinds

/** Starts a command on a transport; all clients at once find the server, each with its own answers. */
export async function meetOn(
  cell: Cell,
  transport: 'stdio' | 'http' | 'sse',
  command: readonly string[],
): Promise<Person[]> {
  const target = await cell.target(command, transport)
  const people = await cell.connectAll(kindsOn(cell, transport), target)
  await meet(cell, people)
  return people
}

export async function meet(cell: Cell, people: readonly Person[], edition: Edition = first): Promise<void> {
  await Promise.all(people.map((person) => meetOne(cell, person, edition)))
}

async function meetOne(cell: Cell, person: Person, edition: Edition): Promise<void> {
  const who = `the client ${person.kind}`
  assert.equal(person.name(), 'matrix', `${who} is told another name`)
  await lists(cell, person, edition)
  const [echoed, word] = await Promise.all([
    person.call('echo', { text: `for ${person.kind}` }),
    person.call('edition'),
  ])
  assert.equal(echoed, `for ${person.kind}`, `${who} gets another's answer`)
  assert.equal(word, edition.word, `${who} is answered by another edition`)
}

/** The client lists the tools of an edition, described as they are there. */
export async function lists(cell: Cell, person: Person, edition: Edition): Promise<void> {
  const tools = await person.tools()
  const names = tools.map(({ name }) => name).sort()
  assert.deepEqual(names, cell.toolsOf(edition), `the client ${person.kind} sees other tools`)
  const described = tools.find(({ name }) => name === 'extra')?.description
  assert.equal(described, edition.extra, `the client ${person.kind} sees another description`)
}

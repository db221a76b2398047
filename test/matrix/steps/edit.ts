import assert from 'node:assert/strict'
import { setTimeout as delay } from 'node:timers/promises'
import { atRest } from '../../support/at-rest.ts'
import { patience } from '../../support/program.ts'
import type { Cell } from '../cell.ts'
import { first, type Save, saves } from '../edition.ts'
import type { Kind, Person } from '../person.ts'
import { comers, kindsOn, lists, meet } from './meet.ts'

/** A person looks at the result before going on, in milliseconds. */
const pause = 2_000

/** Serves the project on a transport, and edits it while clients of each kind are connected. */
export async function editOn(
  cell: Cell,
  transport: 'stdio' | 'http' | 'sse',
  command: readonly string[],
): Promise<void> {
  // On stdio each client starts a program of its own; of the two commands each is edited for one era.
  const legacy = command[0] === 'dev' || cell.shape.alone || cell.shape.speaks === 'legacy'
  const only: Kind = legacy ? 'v1' : 'modern'
  const kinds = transport === 'stdio' ? [only] : kindsOn(cell, transport)
  const target = await cell.target(command, transport)
  // A modern client hears nothing of the program that it probes, such as why it serves nothing; another one does.
  if (transport === 'stdio' && !legacy) await (await cell.connect('v1', target)).close()
  const people = await cell.connectAll(comers(cell, kinds), target)
  await editUnder(cell, people)
}

/** Saves five times, with pauses, and after each save every client has what it should, without connecting again. */
async function editUnder(cell: Cell, people: readonly Person[]): Promise<void> {
  await meet(cell, people)
  let before = first
  for (const [index, save] of saves.entries()) {
    const which = `after save ${index + 1} (${save.what})`
    await delay(pause)
    // What a command prepares meanwhile must fit the next save too.
    await atRest(cell.pids, patience)
    const heard = people.map(({ changes }) => changes())
    const spoken = cell.said.length
    await cell.save(save)
    if (save.what === 'broken') {
      await until(`${which} nothing is said of it`, () => /still serving|✗/.test(cell.said.slice(spoken)))
      await named(which, () => meet(cell, people, before))
      continue
    }
    await lives(which, cell, spoken, people, save)
    await named(which, () => Promise.all(people.map((person) => lists(cell, person, save.edition))))
    if (save.edition.extra !== undefined) await named(which, () => callsExtra(people, save))
    for (const [at, person] of people.entries()) {
      const told = () => person.changes() > (heard[at] ?? 0)
      await until(`${which} the client ${person.kind} is not told`, told)
    }
    before = save.edition
  }
}

/** How long after a save has been said to be lost it may still turn out not to be, in milliseconds. */
const doubt = 5_000

async function lives(
  which: string,
  cell: Cell,
  spoken: number,
  people: readonly Person[],
  { edition }: Save,
): Promise<void> {
  for (const person of people) {
    let last = ''
    let lost = 0
    await until(
      () => `${which} the client ${person.kind} is answered "${last}"`,
      async () => {
        last = await person.call('edition').catch((error: unknown) => String(error))
        if (last === edition.word) return true
        if (/still serving/.test(cell.said.slice(spoken))) lost ||= Date.now()
        if (lost > 0 && Date.now() > lost + doubt) throw new Error(`${which} it is said to be lost`)
        return false
      },
    )
  }
}

async function callsExtra(people: readonly Person[], { edition }: Save): Promise<void> {
  for (const person of people) assert.equal(await person.call('extra'), edition.extra)
}

/** Says of an error when it was. */
async function named<T>(which: string, act: () => Promise<T>): Promise<T> {
  try {
    return await act()
  } catch (error) {
    throw new Error(`${which}: ${error instanceof Error ? error.message : error}`, { cause: error })
  }
}

/** Looks again and again, as a client that polls does. @throws Error with these words when it never is so. */
export async function until(
  otherwise: string | (() => string),
  look: () => boolean | Promise<boolean>,
  limit = patience,
): Promise<void> {
  const deadline = Date.now() + limit
  while (!(await look())) {
    if (Date.now() > deadline) throw new Error(typeof otherwise === 'string' ? otherwise : otherwise())
    await delay(250)
  }
}

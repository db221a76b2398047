import assert from 'node:assert/strict'
import type { Cell } from '../cell.ts'
import type { Person } from '../person.ts'

/** How long a question may take to be put and answered, in milliseconds: without it, a lost one takes a minute. */
const timeout = 60_000

/** What the server asks in a call is put to the client that calls, at once with others' questions. */
export async function askAll({ shape }: Cell, people: readonly Person[]): Promise<void> {
  await Promise.all(people.map((person) => asked(person, 'ask', /^one accept (\w+)$/)))
  if (shape.abilities.includes('think')) {
    await Promise.all(people.map((person) => asked(person, 'think', /^(\w+) thinks$/)))
  }
  if (shape.abilities.includes('places')) {
    await Promise.all(people.map((person) => asked(person, 'places', /^file:\/\/\/(\w+)$/)))
  }
}

async function asked(person: Person, tool: string, answer: RegExp): Promise<void> {
  const who = `the client ${person.kind}, asked by ${tool}`
  const text = await person.call(tool, {}, { timeout }).catch((error: unknown) => {
    throw new Error(`${who}: ${error instanceof Error ? error.message : error}`)
  })
  assert.equal(answer.exec(text)?.[1], person.kind, `${who}: ${text}`)
}

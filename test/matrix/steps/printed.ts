import assert from 'node:assert/strict'
import type { Cell } from '../cell.ts'

/** What a command prints of the server, when it ends well. */
export async function printed(cell: Cell, command: string, ...more: string[]): Promise<string> {
  const { code, stdout } = await cell.run([command, ...cell.words, ...more, ...cell.tail])
  assert.equal(code, 0, `${command} ended with ${code}`)
  return stdout
}

export const namesOf = (tools: readonly { name: string }[]): string[] => tools.map(({ name }) => name).sort()

import type { Cell } from '../cell.ts'
import type { Kind, Manners, Person } from '../person.ts'
import { comers } from './meet.ts'

/** Serves by a command, and connects these clients. */
export async function comeTo(
  cell: Cell,
  transport: 'stdio' | 'http' | 'sse',
  command: readonly string[],
  kinds: readonly Kind[],
  manners: Manners = {},
): Promise<Person[]> {
  const target = await cell.target(command, transport)
  return cell.connectAll(comers(cell, kinds), target, manners)
}

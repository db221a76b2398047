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
  // Each client of stdio starts a program of its own.
  const some = transport === 'stdio' && cell.shape.alone ? kinds.slice(0, 1) : kinds
  const listens = cell.shape.speaks === 'legacy' && !manners.deaf && { listens: true as const }
  return cell.connectAll(comers(cell, some), target, { ...listens, ...manners })
}

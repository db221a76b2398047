import { serveHttp } from '../../support/program.ts'
import { Project } from '../../support/project.ts'
import { plainServer } from '../guarded-roads.ts'
import { Callers } from './callers.ts'
import type { Ledger } from './ledger.ts'
import type { Guard } from './rotating.ts'

/** What has come of a rotation under load. */
export interface Rotated {
  readonly turns: number
  readonly ledger: Ledger
  readonly sessions: { readonly kept: number; readonly lost: number }
}

/**
 * Serves a plain file behind a guard, and changes its tokens again and again while many clients call.
 * @param seconds how long.
 * @param clients how many, half of them of each era.
 */
export async function rotate(
  guard: Guard,
  { seconds, clients }: { seconds: number; clients: number },
): Promise<Rotated> {
  const names = Array.from({ length: clients }, (_, at) => `caller-${at}`)
  using project = new Project({ 'server.ts': plainServer })
  using rotating = await guard(names, project)
  await using server = await serveHttp(project.path('server.ts'), rotating.args)
  const callers = new Callers(server.url, rotating, rotating.ledger)
  await callers.start(names)
  const end = performance.now() + seconds * 1_000
  let turns = 0
  while (performance.now() < end) {
    await rotating.turn()
    turns++
  }
  await callers.stop()
  const { ledger } = rotating
  return { turns, ledger, sessions: callers.sessions }
}

import { setTimeout as delay } from 'node:timers/promises'
import { Pace } from '../../../src/dev/front/reload-timing.ts'
import { table } from '../../support/table.ts'

/** What is acted on, and when: changes are noted at once, and after so many milliseconds more. */
const acted = async (waits: readonly number[]) => {
  const acts: string[] = []
  let round = 0
  const pace = new Pace((force) => acts.push(`${force ? 'forced' : 'plain'} ${round}`))
  for (const wait of [0, ...waits]) {
    await delay(wait)
    round++
    pace.note(round === 2)
  }
  await delay(150)
  pace.close()
  return acts
}

table('Pace', acted, [
  [[], ['plain 1'], 'the first at once'],
  [[0, 0], ['plain 1', 'forced 3'], 'what follows it closely once, as one'],
  [[120], ['plain 1', 'forced 2'], 'what comes later at once, too'],
])

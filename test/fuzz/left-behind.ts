import { moreOf } from '../support/more-of.ts'
import type { Report, Witness } from './witness.ts'

/** MiB that a heap may have grown: what was loaded with the first call of its kind stays. */
const growth = 40

/** What is not as it was before, once all that ends by itself has had the time to: SDK v1 asks for a minute. */
export async function leftBehind(witness: Witness, before: Report): Promise<string[]> {
  let faults = differences(before, await witness.report())
  for (let tries = 0; faults.length > 0 && tries < 280; tries++) {
    await new Promise((resolve) => setTimeout(resolve, 250))
    faults = differences(before, await witness.report())
  }
  return faults
}

function differences(before: Report, after: Report): string[] {
  const faults: string[] = []
  if (!after.prototype) faults.push('Object.prototype has changed')
  for (const what of ['resources', 'listeners'] as const)
    faults.push(...moreOf(before[what], after[what], what))
  if (after.heap > before.heap + growth) faults.push(`heap: ${before.heap} MiB, now ${after.heap}`)
  return faults
}

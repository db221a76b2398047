import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Progress } from '../../../src/client/progress-bar.ts'
import { ProgressLines } from '../../../src/client/progress-lines.ts'

/** What is written of so much progress at once. */
function linesOf(...all: Progress[]): string[] {
  const lines: string[] = []
  const progress = new ProgressLines((line) => lines.push(line))
  for (const one of all) progress.show(one)
  progress.clear()
  progress.clear()
  return lines
}

test('the first and the last line are written of what comes too fast to be read', () => {
  assert.deepEqual(linesOf(), [])
  assert.deepEqual(linesOf({ progress: 1, total: 3, message: 'one\nmore' }), ['[progress] 1/3 one'])
  assert.deepEqual(linesOf({ progress: 1 }, { progress: 2 }, { progress: 3 }), [
    '[progress] 1',
    '[progress] 3',
  ])
})

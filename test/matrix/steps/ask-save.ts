import assert from 'node:assert/strict'
import type { Cell } from '../cell.ts'
import { saves } from '../edition.ts'
import { until } from './edit.ts'

/** A person thinks about a question, and meanwhile its server is edited: the answer finds the code that asked. */
export async function answerAfterSave(cell: Cell): Promise<void> {
  const { target, hesitate } = await thinking(cell)
  const legacy = await cell.connect('v1', target, { hesitate })
  const modern = await cell.connect('modern', target, { hesitate })
  const answers = await Promise.all([legacy.call('ask'), modern.call('ask')])
  assert.equal(answers[0], 'one accept v1')
  // A question that carries no state may as well be asked again by the new code.
  assert.match(answers[1] ?? '', /^(one|two) accept modern$/)
}

/** A client comes back with what a server gave out before it was edited: the code that gave it out gets it. */
export async function returnAfterSave(cell: Cell): Promise<void> {
  const { target, hesitate } = await thinking(cell)
  const modern = await cell.connect('modern', target, { hesitate })
  assert.equal(await modern.call('state'), 'one answered at home modern')
}

/** A server under \`dev\`, and what a client does before it answers: all have been asked, and the new code is live. */
async function thinking(cell: Cell) {
  const target = await cell.target(['dev', '--no-inspector'], 'http')
  const watcher = await cell.connect('auto', target)
  const [save] = saves
  let saved: Promise<void> | undefined
  const isLive = async () => {
    if (!save) return
    await cell.save(save)
    await until('the save never comes', async () => (await watcher.call('edition')) === save.edition.word)
  }
  const hesitate = () => {
    saved ??= isLive()
    return saved
  }
  return { target, hesitate }
}

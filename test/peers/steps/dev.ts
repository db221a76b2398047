import { setTimeout as delay } from 'node:timers/promises'
import type { Program } from '../../matrix/programs.ts'
import { collecting } from '../../matrix/programs.ts'
import { until } from '../../matrix/steps/edit.ts'
import type { Target } from '../../support/clients.ts'
import { literalOf } from '../literal.ts'
import type { Peer } from '../peer.ts'
import { type Save, savesOf } from '../saves.ts'
import { serve } from '../serve.ts'
import type { Step } from '../step.ts'
import { type Asker, connect, difference, normal, sameTools } from '../tools.ts'

/** A person looks at the result before going on, in milliseconds. */
const pause = 2_000
/** How long a save may take to come through, in milliseconds. */
const patient = 180_000

/** Five saves with pauses, on stdio for one client or on HTTP for two: none of them connects again. */
export const dev: Step = {
  name: 'dev',
  limit: 600_000,
  async walk(peer, tools) {
    const literal = await literalOf(peer, tools)
    const { saves, restore } = savesOf(peer, tools, literal)
    const programs: Program[] = []
    const said = () => programs.map(({ stderr }) => stderr).join('')
    const askers: Asker[] = []
    try {
      await collecting(programs, async () => {
        if (onStdio(peer)) askers.push(await connect('v1', devOnStdio(peer)))
        else {
          const http: Target = { http: (await serve('dev', peer)).url }
          askers.push(await connect('v1', http), await connect('v2', http))
        }
      })
      for (const asker of askers) await sameTools(peer, normal(tools), normal(await asker.tools()))
      for (const [index, save] of saves.entries())
        await saved(`save ${index + 1} (${save.what})`, save, askers, said, onStdio(peer))
      return literal ? undefined : 'no words of a tool in its files'
    } catch (error) {
      throw new Error(`${error instanceof Error ? error.message : error}\n${wordsOf(said())}`, {
        cause: error,
      })
    } finally {
      restore()
      await Promise.all(askers.map((asker) => asker.close().catch(() => undefined)))
      await Promise.all(programs.map((program) => program.stop()))
    }
  },
}

/** Every other server is edited on stdio: both would take each server twice. */
const onStdio = ({ name }: Peer) => name.length % 2 === 0

const devOnStdio = ({ entry, args, folder: cwd, env }: Peer): Target => ({
  stdio: ['dev', entry, '-t', 'stdio', '--no-inspector', '--load-timeout', '60', '--', ...args],
  cwd,
  env,
})

/** What clients ask again and again while they wait says nothing. */
const wordsOf = (said: string) => said.replace(/^.*tools\/list.*\n/gm, '').slice(-2500)

const countOf = (said: string, word: RegExp) => said.match(new RegExp(word, 'g'))?.length ?? 0

async function saved(
  which: string,
  save: Save,
  askers: readonly Asker[],
  said: () => string,
  quiet: boolean,
): Promise<void> {
  await delay(pause)
  // On stdio, where the client shows what is said, only what has gone wrong is.
  const word = quiet && save.what !== 'broken' && save.what !== 'throws' ? undefined : save.said
  const spoken = word ? countOf(said(), word) : 0
  save.write()
  if (word) await until(`${which}: nothing is said of it`, () => countOf(said(), word) > spoken, patient)
  for (const [index, asker] of askers.entries()) {
    let differs: string | undefined
    await until(
      () => `${which}: client ${index + 1}: ${differs}`,
      async () => {
        differs = await asker.tools().then((tools) => difference(normal(save.tools), normal(tools)), String)
        return differs === undefined
      },
      patient,
    )
  }
}
